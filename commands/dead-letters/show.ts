import process from "node:process";
import type { FoundLetter } from "../../engine/dead-letters/letter-topic.ts";
import { timeText } from "../../engine/time-text.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Arguments, Command } from "../command.ts";
import { PIPELINE } from "../pipeline-file.ts";
import { printable } from "../terminal.ts";
import { CLIENT_ID, withLetters } from "./opened.ts";

const BYTES_A_LINE = 16;

export const showCommand: Command = {
  name: "dead-letters show",
  summary: "all that a dead letter holds, the message as text or in hexadecimal",
  operands: [{ name: "PARTITION", help: "of the topic of dead letters" }, { name: "OFFSET", help: "there, as dead-letters list says it" }, PIPELINE],
  flags: [CLIENT_ID],
  examples: ["npm run -s mangrove -- dead-letters show 0 17"],
  async run(given) {
    const [partition, offset] = [wholeOf(given, "PARTITION"), wholeOf(given, "OFFSET")];
    await withLetters(given, async ({ letters }) => {
      const found = await letters.at(partition, offset);
      if (found === null) throw new MangroveError("MGV_USAGE", `There is no dead letter at offset ${offset} of partition ${partition} of ${letters.name}. mangrove dead-letters list names those that are there.`);
      process.stdout.write(`${lines(letters.name, found).join("\n")}\n`);
    });
    return 0;
  },
};

function lines(topic: string, { partition, offset, writtenMs, letter }: FoundLetter): string[] {
  const line = (label: string, text: string) => `${label.padEnd(12)}${printable(text)}`;
  const { appendTimeMs, value, bytes, isWhole } = letter;
  const at = (what: string, timeMs: number) => (timeText(timeMs) === null ? "" : `, ${what} ${timeText(timeMs)}`);
  return [
    line("dead letter", `${topic}/${partition}/${offset}${at("written", writtenMs)}`),
    line("code", letter.code),
    line("reason", letter.reason),
    ...(letter.isOfRecord === false
      ? [line("message", `none: a window that the clock closed, before ${letter.topic}/${letter.partition}/${letter.offset}`), line("sensor", letter.key ?? "none")]
      : [line("message", `${letter.topic}/${letter.partition}/${letter.offset}${at("appended", appendTimeMs)}`), line("key", letter.key ?? "none")]),
    ...letter.headers.map(([name, content]) => line("header", `${name}: ${content === null ? "null" : (textOf(content) ?? `hex ${Buffer.from(content).toString("hex")}`)}`)),
    ...(letter.isOfRecord === false ? [] : [line("bytes", `${bytes}${bytes > value.length ? `, the first ${value.length} of them here` : ""}${isWhole ? "" : "; cut, so that it cannot be replayed"}`), "", ...(textOf(value)?.split("\n").map(printable) ?? hexLines(value))]),
  ];
}

/** Null for what is not UTF-8. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function hexLines(bytes: Uint8Array): string[] {
  return Array.from({ length: Math.ceil(bytes.length / BYTES_A_LINE) }, (_, i) => {
    const piece = bytes.subarray(i * BYTES_A_LINE, (i + 1) * BYTES_A_LINE);
    const hex = Array.from(piece, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = Array.from(piece, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    return `${(i * BYTES_A_LINE).toString(16).padStart(8, "0")}  ${hex.padEnd(BYTES_A_LINE * 3)} ${text}`;
  });
}

function wholeOf(given: Arguments, name: string): number {
  const text = given.operand(name);
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new MangroveError("MGV_USAGE", `${name} must be a whole number, 0 or more, not "${text}": mangrove dead-letters list says it.`);
}
