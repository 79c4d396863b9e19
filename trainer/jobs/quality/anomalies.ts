import type { HistoryReader } from "../../../engine/history/reader.ts";
import { quoted } from "../../../engine/history/sql.ts";
import type { Field } from "../../../kernel-as/schema.ts";
import { within, type Span } from "../span.ts";
import { columnsOfReadings } from "./field-values.ts";

/** The newest readings, looked at for values that stand out. */
export interface Anomalies {
  readonly readings: number;
  /** Readings with a value out of its field's range, or more than three standard deviations from the mean of these readings. */
  readonly anomalous: number;
  /** Null without readings. */
  readonly share: number | null;
  readonly fields: readonly {
    readonly field: string;
    readonly anomalous: number;
    /** Further than one and a half times the width of the middle half from it. */
    readonly outliers: number;
  }[];
}

/** As many as the system that this one replaces looked at. */
const NEWEST = 1000;

const DEVIATIONS = 3;

const MIDDLE_WIDTHS = 1.5;

/** Counters are left out. Throws `MGV_HISTORY`. */
export async function anomalies(history: HistoryReader, all: readonly Field[], span: Span, signal?: AbortSignal): Promise<Anomalies> {
  const columns = await columnsOfReadings(history, signal);
  const fields = all.filter(({ name, feature }) => feature && columns.has(name));
  if (fields.length === 0 || span.readings === 0) return { readings: 0, anomalous: 0, share: null, fields: [] };
  const figures = fields.flatMap(({ name }, i) => [`avg(${quoted(name)}) AS mean_${i}`, `stddev_pop(${quoted(name)}) AS deviation_${i}`, `quantile_cont(${quoted(name)}, 0.25) AS low_${i}`, `quantile_cont(${quoted(name)}, 0.75) AS high_${i}`]);
  const isOdd = fields.map(({ name, min, max }, i) => `coalesce(${quoted(name)} < ${min}::DOUBLE OR ${quoted(name)} > ${max}::DOUBLE OR abs(${quoted(name)} - mean_${i}) > ${DEVIATIONS} * deviation_${i}, false)`);
  const isOutlier = fields.map(({ name }, i) => `(${quoted(name)} < low_${i} - ${MIDDLE_WIDTHS} * (high_${i} - low_${i}) OR ${quoted(name)} > high_${i} + ${MIDDLE_WIDTHS} * (high_${i} - low_${i}))`);
  const counts = fields.flatMap((_, i) => [`CAST(count(*) FILTER (${isOdd[i]!}) AS DOUBLE) AS anomalous_${i}`, `CAST(count(*) FILTER (${isOutlier[i]!}) AS DOUBLE) AS outliers_${i}`]);
  const sql = `
    WITH newest AS (SELECT * FROM readings WHERE ${within(span)} ORDER BY event_time DESC, sensor, partition, "offset" LIMIT ${NEWEST}),
    figures AS (SELECT ${figures.join(", ")} FROM newest)
    SELECT CAST(count(*) AS DOUBLE) AS readings, CAST(count(*) FILTER (${isOdd.join(" OR ")}) AS DOUBLE) AS anomalous, ${counts.join(", ")} FROM newest, figures`;
  const [row] = await history.rows(sql, { ...(signal && { signal }) });
  const number = (name: string) => row![name] as number;
  return {
    readings: number("readings"),
    anomalous: number("anomalous"),
    share: number("anomalous") / number("readings"),
    fields: fields.map(({ name }, i) => ({ field: name, anomalous: number(`anomalous_${i}`), outliers: number(`outliers_${i}`) })),
  };
}
