import type { HistoryReader } from "../../../engine/history/reader.ts";
import { isoTime, within, type Span } from "../span.ts";

/** What came of a sensor in a span, against what its own rate lets expect. */
export interface SensorArrivals {
  readonly sensor: string;
  readonly readings: number;
  /** Readings beyond the first with one event time. */
  readonly duplicates: number;
  /** Between two readings, half of the time; null for fewer than {@link LEAST_MOMENTS}. */
  readonly intervalMs: number | null;
  /** Readings that its rate lets expect, from the beginning of the span, or its first reading if there was none before; null where its rate is not known. */
  readonly expected: number | null;
  /** Of those that were expected; at most 1. */
  readonly share: number | null;
  /** The newest event time. */
  readonly last: string;
}

/** Event times of a sensor, in the span and one of the same length before, that tell its rate. */
const LEAST_MOMENTS = 10;

/** Of every sensor that was there in the span or in one of the same length before, by name. Throws `MGV_HISTORY`. */
export async function sensorArrivals(history: HistoryReader, span: Span, signal?: AbortSignal): Promise<SensorArrivals[]> {
  const { fromMs, toMs } = span;
  const isIn = `event_time > epoch_ms(${Math.floor(fromMs)})`;
  const sql = `
    WITH moments AS (SELECT sensor, event_time, count(*) AS copies FROM readings WHERE ${within({ ...span, fromMs: fromMs - (toMs - fromMs) })} GROUP BY sensor, event_time),
    gaps AS (SELECT *, epoch_ms(event_time) - epoch_ms(lag(event_time) OVER (PARTITION BY sensor ORDER BY event_time)) AS gap FROM moments)
    SELECT sensor, CAST(count(*) AS DOUBLE) AS all_moments, CAST(median(gap) AS DOUBLE) AS interval_ms, CAST(coalesce(sum(copies) FILTER (${isIn}), 0) AS DOUBLE) AS readings, CAST(count(*) FILTER (${isIn}) AS DOUBLE) AS moments,
      CAST(epoch_ms(min(event_time)) AS DOUBLE) AS first_ms, CAST(epoch_ms(max(event_time)) AS DOUBLE) AS last_ms
    FROM gaps GROUP BY sensor ORDER BY sensor`;
  const rows = await history.rows(sql, { ...(signal && { signal }) });
  return rows.map((row) => {
    const number = (name: string) => row[name] as number;
    const intervalMs = number("all_moments") < LEAST_MOMENTS ? null : (row["interval_ms"] as number | null);
    const moments = number("moments");
    const expected = intervalMs === null ? null : expectedOf({ fromMs, toMs, firstMs: number("first_ms"), intervalMs });
    return {
      sensor: row["sensor"] as string,
      readings: number("readings"),
      duplicates: number("readings") - moments,
      intervalMs,
      expected,
      share: expected === null || expected === 0 ? null : Math.min(1, moments / expected),
      last: isoTime(number("last_ms")),
    };
  });
}

function expectedOf({ fromMs, toMs, firstMs, intervalMs }: { fromMs: number; toMs: number; firstMs: number; intervalMs: number }): number {
  return firstMs > fromMs ? Math.floor((toMs - firstMs) / intervalMs) + 1 : Math.floor((toMs - fromMs) / intervalMs);
}
