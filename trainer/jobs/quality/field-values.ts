import type { HistoryReader } from "../../../engine/history/reader.ts";
import { quoted } from "../../../engine/history/sql.ts";
import type { Field } from "../../../kernel-as/schema.ts";
import { within, type Span } from "../span.ts";

/** The values of a field over all sensors; null where there is none. */
export interface FieldValues {
  readonly field: string;
  readonly unit: string;
  readonly values: number;
  readonly missing: number;
  /** Outside of what the schema says that the device can report. */
  readonly belowRange: number;
  readonly aboveRange: number;
  readonly least: number | null;
  readonly mean: number | null;
  readonly most: number | null;
}

/** In the schema's order; a field that the history never had is missing everywhere. Throws `MGV_HISTORY`. */
export async function fieldValues(history: HistoryReader, fields: readonly Field[], span: Span, signal?: AbortSignal): Promise<FieldValues[]> {
  const known = await columnsOfReadings(history, signal);
  const there = fields.filter(({ name }) => known.has(name));
  const sums = there.flatMap(({ name, min, max }, i) => {
    const value = quoted(name);
    return [
      `CAST(count(${value}) AS DOUBLE) AS values_${i}`,
      `CAST(count(*) FILTER (${value} < ${min}::DOUBLE) AS DOUBLE) AS below_${i}`,
      `CAST(count(*) FILTER (${value} > ${max}::DOUBLE) AS DOUBLE) AS above_${i}`,
      `min(${value}) AS least_${i}`,
      `avg(${value}) AS mean_${i}`,
      `max(${value}) AS most_${i}`,
    ];
  });
  const [row = {}] = there.length === 0 ? [] : await history.rows(`SELECT ${sums.join(", ")} FROM readings WHERE ${within(span)}`, { ...(signal && { signal }) });
  return fields.map((field) => {
    const i = there.indexOf(field);
    const number = (name: string) => (row[`${name}_${i}`] as number | null | undefined) ?? null;
    const values = number("values") ?? 0;
    return { field: field.name, unit: field.unit, values, missing: span.readings - values, belowRange: number("below") ?? 0, aboveRange: number("above") ?? 0, least: number("least"), mean: number("mean"), most: number("most") };
  });
}

/** Names of columns that the readings of a history have. */
export async function columnsOfReadings(history: HistoryReader, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const rows = await history.rows("SELECT column_name FROM (DESCRIBE readings)", { ...(signal && { signal }) });
  return new Set(rows.map((row) => row["column_name"] as string));
}
