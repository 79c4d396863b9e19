import type { HistoryReader } from "../../../engine/history/reader.ts";
import { quoted } from "../../../engine/history/sql.ts";
import { within, type Span } from "../span.ts";

/** A field over all sensors; null where it has no value. */
export interface Described {
  readonly field: string;
  readonly count: number;
  readonly mean: number | null;
  /** Of a sample. */
  readonly std: number | null;
  readonly min: number | null;
  /** A quarter, half, three quarters of the values lie below; near enough, so that no values have to be held. */
  readonly q25: number | null;
  readonly q50: number | null;
  readonly q75: number | null;
  readonly max: number | null;
}

/** Pearson's, of two fields where both have values; null where one of them never changes. */
export interface Correlation {
  readonly fields: readonly [string, string];
  readonly r: number | null;
}

/** Throws `MGV_HISTORY`. */
export async function describe(history: HistoryReader, fields: readonly string[], span: Span, signal?: AbortSignal): Promise<Described[]> {
  const sums = fields.flatMap((field, i) => {
    const value = `CAST(${quoted(field)} AS DOUBLE)`;
    return [`CAST(count(${value}) AS DOUBLE) AS count_${i}`, `avg(${value}) AS mean_${i}`, `stddev_samp(${value}) AS std_${i}`, `min(${value}) AS min_${i}`, `max(${value}) AS max_${i}`, `approx_quantile(${value}, [0.25, 0.5, 0.75]) AS quartiles_${i}`];
  });
  if (sums.length === 0) return [];
  const [row] = await history.rows(`SELECT ${sums.join(", ")} FROM readings WHERE ${within(span)}`, { ...(signal && { signal }) });
  return fields.map((field, i) => {
    const number = (name: string) => row![`${name}_${i}`] as number | null;
    const [q25 = null, q50 = null, q75 = null] = (row![`quartiles_${i}`] as (number | null)[] | null) ?? [];
    return { field, count: number("count") ?? 0, mean: number("mean"), std: number("std"), min: number("min"), q25, q50, q75, max: number("max") };
  });
}

/** Of each pair of fields once. Throws `MGV_HISTORY`. */
export async function correlations(history: HistoryReader, fields: readonly string[], span: Span, signal?: AbortSignal): Promise<Correlation[]> {
  const pairs = fields.flatMap((one, i) => fields.slice(i + 1).map((other): [string, string] => [one, other]));
  if (pairs.length === 0) return [];
  const sums = pairs.map(([one, other], i) => `corr(${quoted(one)}, ${quoted(other)}) AS r_${i}`);
  const [row] = await history.rows(`SELECT ${sums.join(", ")} FROM readings WHERE ${within(span)}`, { ...(signal && { signal }) });
  return pairs.map((pair, i) => {
    const r = row![`r_${i}`] as number | null;
    return { fields: pair, r: r === null || Number.isNaN(r) ? null : r };
  });
}
