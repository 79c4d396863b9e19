import type { HistoryReader } from "../../../engine/history/reader.ts";
import { literal, quoted } from "../../../engine/history/sql.ts";
import type { FieldReference } from "../../../kernel-as/model/field-reference.ts";
import type { Field } from "../../../kernel-as/schema.ts";
import { isoTime, within, type Span } from "../span.ts";
import { columnsOfReadings } from "./field-values.ts";

/** A field of a sensor that has stopped to follow what it measures. */
export interface StuckField {
  readonly sensor: string;
  readonly field: string;
  readonly value: number;
  /** `unchanged`: one value again and again; `still`: it moves by less than noise would. */
  readonly kind: "unchanged" | "still";
  /** Readings with that value one after the other; of `still` all of the span. */
  readonly readings: number;
  readonly since: string;
}

/** So many equal values one after the other, and for so long, are no chance. */
const UNCHANGED = { readings: 60, ms: 1_800_000 };

/** Fewer values say nothing about how still a field is. */
const STILL_VALUES = 100;

/** Of the width that the middle half of the training's values has: a standard deviation below is stillness. */
const STILL_SHARE = 0.001;

interface Looked {
  readonly fields: readonly Field[];
  /** Of the model in use; empty where it says nothing. */
  readonly references: readonly FieldReference[];
  readonly span: Span;
  readonly signal?: AbortSignal;
}

/** How the values of a field of a sensor are spread. */
interface Spread {
  readonly values: number;
  readonly least: number;
  readonly mean: number;
  readonly deviation: number;
  /** It may have a long run: it had one value alone in a part of the span. */
  readonly isSuspect: boolean;
}

/** One for each sensor and field, by field and sensor. What rests at the least value that its schema or the model's training knows is not stuck: a gas sensor without gas tells 0 for days. Counters are left out. Throws `MGV_HISTORY`. */
export async function stuckFields(history: HistoryReader, { fields: all, references, span, signal }: Looked): Promise<StuckField[]> {
  const columns = await columnsOfReadings(history, signal);
  const fields = all.filter(({ name, feature }) => feature && columns.has(name));
  if (fields.length === 0) return [];
  const spreads = await spreadsOf(history, fields, span, signal);
  const found: StuckField[] = [];
  for (const [i, field] of fields.entries()) {
    const reference = references.find((each) => each.field === field.name) ?? null;
    const floors = new Set([field.min, ...(reference?.edges.slice(0, 1) ?? [])]);
    const suspects = [...spreads].filter(([, spread]) => spread[i]!.isSuspect).map(([sensor]) => sensor);
    const runs = await longestRuns(history, field.name, { sensors: suspects, span }, signal);
    for (const [sensor, spread] of spreads) {
      const { values, least, mean, deviation } = spread[i]!;
      const about = { sensor, field: field.name };
      const run = runs.get(sensor);
      const isStill = values >= STILL_VALUES && deviation < stillBound(reference);
      if (run && run.readings >= UNCHANGED.readings && run.toMs - run.fromMs >= UNCHANGED.ms && !floors.has(run.value)) found.push({ ...about, value: run.value, kind: "unchanged", readings: run.readings, since: isoTime(run.fromMs) });
      else if (isStill && !floors.has(least)) found.push({ ...about, value: mean, kind: "still", readings: values, since: isoTime(span.fromMs) });
    }
  }
  return found;
}

/** 0, below which nothing is, where there is no reference. */
function stillBound(reference: FieldReference | null): number {
  if (!reference || reference.count === 0) return 0;
  return STILL_SHARE * (quartile(reference, 0.75) - quartile(reference, 0.25));
}

function quartile({ count, counts, edges }: FieldReference, share: number): number {
  let upTo = 0;
  return edges.find((_, i) => (upTo += counts[i]!) >= share * count) ?? edges.at(-1)!;
}

/** Of each sensor, in the order of the fields. A run that is long enough fills one of the parts of half its length, wherever it begins: so readings need not be sorted to find who may have one. */
async function spreadsOf(history: HistoryReader, fields: readonly Field[], span: Span, signal?: AbortSignal): Promise<Map<string, Spread[]>> {
  const values = fields.map(({ name }) => `CAST(${quoted(name)} AS DOUBLE)`);
  const rows = async (sql: string) => history.rows(sql, { ...(signal && { signal }) });
  const figures = values.flatMap((value, i) => [`CAST(count(${value}) AS DOUBLE) AS values_${i}`, `min(${value}) AS least_${i}`, `avg(${value}) AS mean_${i}`, `stddev_pop(${value}) AS deviation_${i}`]);
  const sensors = await rows(`SELECT ${["sensor", ...figures].join(", ")} FROM readings WHERE ${within(span)} GROUP BY sensor ORDER BY sensor`);
  const parts = `SELECT ${["sensor", ...values.map((value, i) => `min(${value}) = max(${value}) AS is_one_${i}`)].join(", ")} FROM readings WHERE ${within(span)} GROUP BY sensor, epoch_ms(event_time) // ${UNCHANGED.ms / 2}`;
  const suspects = new Map((await rows(`SELECT ${["sensor", ...values.map((_, i) => `coalesce(bool_or(is_one_${i}), false) AS suspect_${i}`)].join(", ")} FROM (${parts}) GROUP BY sensor`)).map((row) => [row["sensor"], row]));
  const spreadOf = (row: Record<string, unknown>, i: number): Spread => {
    const number = (name: string) => (row[`${name}_${i}`] as number | null) ?? NaN;
    return { values: number("values"), least: number("least"), mean: number("mean"), deviation: number("deviation"), isSuspect: suspects.get(row["sensor"])?.[`suspect_${i}`] === true };
  };
  return new Map(sensors.map((row) => [row["sensor"] as string, fields.map((_, i) => spreadOf(row, i))]));
}

interface Run {
  readonly value: number;
  readonly readings: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The longest run of one value of each of some sensors, the first of those. Missing values neither count nor end a run.
 *
 *     value    3  3  –  3  4  4
 *     run      1  2     3  1  2
 */
async function longestRuns(history: HistoryReader, field: string, { sensors, span }: { sensors: readonly string[]; span: Span }, signal?: AbortSignal): Promise<Map<string, Run>> {
  if (sensors.length === 0) return new Map();
  const sql = `
    WITH known AS (SELECT sensor, event_time, partition, "offset", CAST(${quoted(field)} AS DOUBLE) AS value FROM readings WHERE ${within(span)} AND ${quoted(field)} IS NOT NULL AND sensor IN (${sensors.map(literal).join(", ")})),
    placed AS (SELECT sensor, event_time, value, row_number() OVER own AS number, lag(value) OVER own IS DISTINCT FROM value AS is_new FROM known WINDOW own AS (PARTITION BY sensor ORDER BY event_time, partition, "offset")),
    runs AS (SELECT *, count(*) FILTER (is_new) OVER (PARTITION BY sensor ORDER BY number) AS run FROM placed),
    sized AS (SELECT sensor, run, first(value) AS value, count(*) AS readings, min(event_time) AS from_time, max(event_time) AS to_time FROM runs GROUP BY sensor, run)
    SELECT sensor, it.value AS value, CAST(it.readings AS DOUBLE) AS readings, CAST(epoch_ms(it.from_time) AS DOUBLE) AS from_ms, CAST(epoch_ms(it.to_time) AS DOUBLE) AS to_ms
    FROM (SELECT sensor, max_by({value: value, readings: readings, from_time: from_time, to_time: to_time}, {readings: readings, earlier: -run}) AS it FROM sized GROUP BY sensor)`;
  const rows = await history.rows(sql, { ...(signal && { signal }) });
  return new Map(rows.map((row) => [row["sensor"] as string, { value: row["value"] as number, readings: row["readings"] as number, fromMs: row["from_ms"] as number, toMs: row["to_ms"] as number }]));
}
