import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { HistoryReader } from "../../engine/history/reader.ts";
import { literal, quoted } from "../../engine/history/sql.ts";
import type { Field } from "../../kernel-as/schema.ts";
import { counted, countText } from "../report/texts.ts";
import { yesterdayOf } from "./day.ts";
import type { Job, JobContext, JobReport } from "./job.ts";
import { batchPage } from "./page/batch.ts";
import { columnsOfReadings } from "./quality/field-values.ts";
import { localTime } from "./patterns/local-time.ts";
import { isoTime, spanOf, within, type Span } from "./span.ts";

export interface BatchData {
  readonly day: string;
  readonly timeZone: string;
  readonly from: string;
  readonly to: string;
  /** Readings that were there, and rows that were written. */
  readonly ingested: number;
  readonly written: number;
  readonly duplicates: number;
  readonly fields: readonly CleanedField[];
  /** What was added to each row. */
  readonly features: readonly string[];
  /** The Parquet file; null where there was nothing to write. */
  readonly file: string | null;
}

interface CleanedField {
  readonly field: string;
  /** Of values within the range; what was missing or outside has it now. Null where there is none, and nothing was filled. */
  readonly median: number | null;
  readonly missing: number;
  readonly outOfRange: number;
}

export const batchJob: Job = {
  name: "batch",
  title: "Daily batch",
  folder: "daily_batches",
  isWatching: false,
  timetable: ({ timeZone }) => ({ everyHours: 24, hour: 6, timeZone }),
  async run({ history, pipeline, atMs, timeZone, directory, signal }: JobContext): Promise<JobReport> {
    const asked = signal && { signal };
    const { day, fromMs, toMs } = yesterdayOf(atMs, timeZone);
    const span = await spanOf(history, { topic: pipeline.readings, fromMs: fromMs - 1, toMs: toMs - 1, ...asked });
    const columns = await columnsOfReadings(history, signal);
    const fields = pipeline.schema.fields.filter(({ name }) => columns.has(name));
    const cleaned: CleanedField[] = [];
    for (const field of fields) cleaned.push(await cleanedField(history, field, span, signal));
    const features = featuresOf(fields);
    const name = `processed_historical_${pipeline.name}_data_${day}.parquet`;
    const sql = exportSql({ span, fields, cleaned, features, timeZone });
    const written = span.readings === 0 ? 0 : await exported(history, sql, join(directory, name), signal);
    const data: BatchData = { day, timeZone, from: isoTime(fromMs), to: isoTime(toMs), ingested: span.readings, written, duplicates: span.readings - written, fields: cleaned, features: ["hour", "day_of_week", ...features.map((each) => each.name)], file: span.readings === 0 ? null : name };
    return {
      detail: span.readings === 0 ? `There are no readings of ${day}.` : `${counted(written, "row")} of ${day} cleaned and written to ${name}; ${countText(data.duplicates)} came more than once.`,
      alerts: [],
      data,
      ...batchPage(data),
      figures: {},
    };
  },
};

async function cleanedField(history: HistoryReader, { name, min, max }: Field, span: Span, signal?: AbortSignal): Promise<CleanedField> {
  const value = quoted(name);
  const isIn = `${value} BETWEEN ${min}::DOUBLE AND ${max}::DOUBLE`;
  const [row] = await history.rows(`SELECT median(CAST(${value} AS DOUBLE)) FILTER (${isIn}) AS median, CAST(count(*) FILTER (${value} IS NULL) AS DOUBLE) AS missing, CAST(count(*) FILTER (NOT (${isIn})) AS DOUBLE) AS outside FROM readings WHERE ${within(span)}`, { ...(signal && { signal }) });
  return { field: name, median: row!["median"] as number | null, missing: row!["missing"] as number, outOfRange: row!["outside"] as number };
}

interface BatchFeature {
  readonly name: string;
  readonly sql: string;
}

/** The features of the system that this one replaces, where the fields for them are there; its Normalizer gives each row the length 1. */
function featuresOf(fields: readonly Field[]): BatchFeature[] {
  const has = (...names: readonly string[]) => names.every((name) => fields.some((field) => field.name === name));
  const measured = fields.filter(({ feature }) => feature).map(({ name }) => quoted(name));
  const length = `sqrt(${measured.map((value) => `coalesce(${value} * ${value}, 0)`).join(" + ") || "0"})`;
  return [
    ...(has("Temperature[C]", "Humidity[%]") ? [{ name: "Temp_Humidity_Product", sql: '"Temperature[C]" * "Humidity[%]"' }] : []),
    ...(has("PM1.0", "PM2.5") ? [{ name: "PM_sum", sql: '"PM1.0" + "PM2.5"' }] : []),
    ...fields.filter(({ feature }) => feature).map(({ name }) => ({ name: `${name}_normalized`, sql: `${quoted(name)} / nullif(${length}, 0)` })),
  ];
}

interface Exported {
  readonly span: Span;
  readonly fields: readonly Field[];
  readonly cleaned: readonly CleanedField[];
  readonly features: readonly BatchFeature[];
  readonly timeZone: string;
}

function exportSql({ span, fields, cleaned, features, timeZone }: Exported): string {
  const filled = fields.map(({ name, min, max }, i) => {
    const value = quoted(name);
    return `coalesce(CASE WHEN ${value} BETWEEN ${min}::DOUBLE AND ${max}::DOUBLE THEN CAST(${value} AS DOUBLE) END, ${cleaned[i]!.median ?? "NULL"}::DOUBLE) AS ${value}`;
  });
  return `
    WITH once AS (SELECT * FROM readings WHERE ${within(span)} QUALIFY row_number() OVER (PARTITION BY sensor, event_time ORDER BY partition, "offset") = 1),
    clean AS (SELECT ${["sensor", "event_time", "label", `CAST(hour(${localTime(timeZone)}) AS TINYINT) AS hour`, `CAST(isodow(${localTime(timeZone)}) - 1 AS TINYINT) AS day_of_week`, ...filled].join(", ")} FROM once)
    SELECT ${["*", ...features.map(({ name, sql }) => `${sql} AS ${quoted(name)}`)].join(", ")} FROM clean ORDER BY sensor, event_time`;
}

/** There whole or not at all. */
async function exported(history: HistoryReader, sql: string, path: string, signal?: AbortSignal): Promise<number> {
  const pending = `${path}.pending`;
  try {
    const [row] = await history.rows(`COPY (${sql}) TO ${literal(pending)} (FORMAT parquet, COMPRESSION zstd)`, { ...(signal && { signal }) });
    await rename(pending, path);
    return Number(Object.values(row!)[0]);
  } finally {
    await rm(pending, { force: true });
  }
}
