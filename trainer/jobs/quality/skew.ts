import type { HistoryReader } from "../../../engine/history/reader.ts";
import { unknown, type Unknown } from "../job.ts";
import { AHEAD_MS } from "../../history-query.ts";
import { within, type Span } from "../span.ts";

/** How long after their event time readings were appended to their topic: ways of networks, and clocks that are wrong. */
export interface Skew {
  /** Readings whose append time is known. */
  readonly readings: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  /** Readings from the future. */
  readonly ahead: number;
  /** Clocks that are off, against half of all sensors, by more than {@link AHEAD_MS}. */
  readonly sensors: readonly { readonly sensor: string; readonly medianMs: number }[];
}

/** Throws `MGV_HISTORY`. */
export async function clockSkew(history: HistoryReader, span: Span, signal?: AbortSignal): Promise<Skew | Unknown> {
  const those = `SELECT sensor, CAST(epoch_ms(append_time) - epoch_ms(event_time) AS DOUBLE) AS skew FROM readings WHERE ${within(span)} AND append_time IS NOT NULL`;
  const [all] = await history.rows(`SELECT CAST(count(*) AS DOUBLE) AS readings, median(skew) AS median_ms, quantile_cont(skew, 0.95) AS p95_ms, CAST(count(*) FILTER (skew < 0) AS DOUBLE) AS ahead FROM (${those})`, { ...(signal && { signal }) });
  const number = (name: string) => all![name] as number;
  if (number("readings") === 0) return unknown("No reading of the span has the time at which it was appended: its source does not tell one.");
  const sensors = await history.rows(
    `WITH own AS (SELECT sensor, median(skew) AS median_ms FROM (${those}) GROUP BY sensor)
     SELECT sensor, median_ms FROM own WHERE abs(median_ms - (SELECT median(median_ms) FROM own)) > ${AHEAD_MS} ORDER BY abs(median_ms) DESC, sensor`,
    { ...(signal && { signal }) },
  );
  return { readings: number("readings"), medianMs: number("median_ms"), p95Ms: number("p95_ms"), ahead: number("ahead"), sensors: sensors.map((row) => ({ sensor: row["sensor"] as string, medianMs: row["median_ms"] as number })) };
}
