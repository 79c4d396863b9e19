import process from "node:process";
import { logLevels, type LogLevel } from "../engine/config.ts";

/** What a line of the log is about, beside its words for people. */
export interface About {
  /** As its first word says by default: `ALERT` warns, a code of an error is one. */
  readonly level?: LogLevel;
  /** What happened, in one word; the part of the program that tells it by default, which is its first word. */
  readonly event?: string;
  readonly fields?: Readonly<Record<string, string | number | boolean | null>>;
  readonly stack?: string | undefined;
}

interface LogLine {
  readonly level: LogLevel;
  readonly event: string;
  readonly message: string;
  readonly fields: About["fields"];
}

/** A part of the program, filled up with spaces so that what it tells stands in a column. */
const PART = /^(?:([a-z]{1,7}|ALERT) +(?<=^.{8})| {8})(.*)$/s;

const FAILURE = /^(MGV_[A-Z_]+): (.*)$/s;

/** What a line for people says to a program. */
export function logLine(line: string, about: About): LogLine {
  const failure = FAILURE.exec(line);
  if (failure) return { level: about.level ?? "error", event: about.event ?? "error", message: failure[2]!, fields: { code: failure[1]!, ...about.fields } };
  const [, part = "told", message = line] = PART.exec(line) ?? [];
  return { level: about.level ?? (part === "ALERT" ? "warn" : "info"), event: about.event ?? part.toLowerCase(), message: message.trim(), fields: about.fields };
}

/** One JSON object: `time`, `level`, `event`, `message`, then what the event has of its own. */
export function jsonText({ level, event, message, fields }: LogLine, { nowMs, stack }: { nowMs: number; stack: string | undefined }): string {
  return JSON.stringify({ time: new Date(nowMs).toISOString(), level, event, message, ...fields, ...(stack !== undefined && { stack }) });
}

/** MANGROVE_LOG: whether lines are for programs. */
export function isJsonLog(): boolean {
  return process.env["MANGROVE_LOG"]?.trim() === "json";
}

/** Whether MANGROVE_LOG_LEVEL lets lines of this level through. */
export function isLogged(level: LogLevel): boolean {
  const least = logLevels.findIndex((each) => each === process.env["MANGROVE_LOG_LEVEL"]?.trim());
  return logLevels.indexOf(level) >= (least === -1 ? logLevels.indexOf("info") : least);
}
