import type { HistoryReader } from "../../../engine/history/reader.ts";
import { quoted } from "../../../engine/history/sql.ts";
import { within, type Span } from "../span.ts";
import { localTime } from "./local-time.ts";

/** What is usual at an hour, or on a weekday. */
export interface Slot {
  /** 0…23; of weekdays 0 (Monday) to 6. */
  readonly slot: number;
  readonly readings: number;
  /** Of the fields, in their order; null where there is no value. */
  readonly means: readonly (number | null)[];
}

/** What the model said, at each hour and weekday that has predictions. */
export interface Said {
  readonly weekday: number;
  readonly hour: number;
  readonly predictions: number;
  readonly events: number;
}

const slots = { hour: "hour", weekday: "isodow" } as const;

const first = { hour: 0, weekday: 1 } as const;

/** By the clock of the time zone, slots without readings left out. Throws `MGV_HISTORY`. */
export async function byClock(history: HistoryReader, by: keyof typeof slots, { fields, span, timeZone, signal }: { fields: readonly string[]; span: Span; timeZone: string; signal?: AbortSignal }): Promise<Slot[]> {
  const means = fields.map((field, i) => `avg(${quoted(field)}) AS mean_${i}`);
  const sql = `SELECT ${[`CAST(${slots[by]}(${localTime(timeZone)}) - ${first[by]} AS DOUBLE) AS slot`, "CAST(count(*) AS DOUBLE) AS readings", ...means].join(", ")} FROM readings WHERE ${within(span)} GROUP BY slot ORDER BY slot`;
  const rows = await history.rows(sql, { ...(signal && { signal }) });
  return rows.map((row) => ({ slot: row["slot"] as number, readings: row["readings"] as number, means: fields.map((_, i) => row[`mean_${i}`] as number | null) }));
}

/** Throws `MGV_HISTORY`. */
export async function saidByClock(history: HistoryReader, { span, timeZone, signal }: { span: Span; timeZone: string; signal?: AbortSignal }): Promise<Said[]> {
  const sql = `SELECT CAST(isodow(${localTime(timeZone)}) - 1 AS DOUBLE) AS weekday, CAST(hour(${localTime(timeZone)}) AS DOUBLE) AS hour, CAST(count(*) AS DOUBLE) AS predictions, CAST(sum(prediction) AS DOUBLE) AS events FROM predictions WHERE ${within(span)} GROUP BY ALL ORDER BY ALL`;
  const rows = await history.rows(sql, { ...(signal && { signal }) });
  return rows.map((row) => ({ weekday: row["weekday"] as number, hour: row["hour"] as number, predictions: row["predictions"] as number, events: row["events"] as number }));
}
