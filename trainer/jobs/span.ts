import type { HistoryReader } from "../../engine/history/reader.ts";
import { literal } from "../../engine/history/sql.ts";
import { AHEAD_MS } from "../history-query.ts";

/** Readings of a topic with event times in (from, to], epoch ms. */
export interface Span {
  readonly topic: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly readings: number;
}

const HOUR_MS = 3_600_000;

/** The hours of event time before the newest reading that was there at a moment. A span without readings ends at that moment. Throws `MGV_HISTORY`. */
export async function newestHours(history: HistoryReader, { topic, hours, atMs, signal }: { topic: string; hours: number; atMs: number; signal?: AbortSignal }): Promise<Span> {
  const [newest] = await history.rows(`SELECT CAST(epoch_ms(max(event_time)) AS DOUBLE) AS ms FROM readings WHERE topic = ${literal(topic)} AND event_time <= epoch_ms(${Math.floor(atMs + AHEAD_MS)})`, { ...(signal && { signal }) });
  const toMs = (newest?.["ms"] as number | null | undefined) ?? Math.floor(atMs);
  return spanOf(history, { topic, fromMs: toMs - hours * HOUR_MS, toMs, ...(signal && { signal }) });
}

export async function spanOf(history: HistoryReader, { topic, fromMs, toMs, signal }: { topic: string; fromMs: number; toMs: number; signal?: AbortSignal }): Promise<Span> {
  const [row] = await history.rows(`SELECT CAST(count(*) AS DOUBLE) AS readings FROM readings WHERE ${within({ topic, fromMs, toMs })}`, { ...(signal && { signal }) });
  return { topic, fromMs, toMs, readings: row!["readings"] as number };
}

/** A span as SQL's condition, of `readings` and of `predictions`; by date too, so that files of other days are not opened. */
export function within({ topic, fromMs, toMs }: Pick<Span, "topic" | "fromMs" | "toMs">): string {
  const day = (ms: number) => `CAST(epoch_ms(${Math.floor(ms)}) AS DATE)`;
  return `topic = ${literal(topic)} AND date BETWEEN ${day(fromMs)} AND ${day(toMs)} AND event_time > epoch_ms(${Math.floor(fromMs)}) AND event_time <= epoch_ms(${Math.floor(toMs)})`;
}

/** A moment in a report's data: ISO 8601. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** A moment of a report's data, for people: `2026-03-01 06:30 UTC`. */
export function minuteText(time: string): string {
  return `${time.slice(0, 16).replace("T", " ")} UTC`;
}
