import type { HistoryReader } from "../../../engine/history/reader.ts";
import { quoted } from "../../../engine/history/sql.ts";
import { unknown, type Unknown } from "../job.ts";
import { within, type Span } from "../span.ts";
import { columnsOfReadings } from "./field-values.ts";

/** The scores of windows of five minutes of a sensor, as the system that this one replaces had them. */
export interface WindowScores {
  readonly windows: number;
  readonly meanScore: number;
  /** Of the windows with a score below {@link LOW_SCORE}. */
  readonly lowShare: number;
  /** Of min(100, readings). */
  readonly meanCompleteness: number;
  /** Windows by what was taken off. */
  readonly few: number;
  readonly stuck: number;
  readonly hot: number;
  readonly cold: number;
}

/** 100, less 20 for fewer readings than `few`, 15 for a deviation below `stuck`, 25 for a value above `hot`, 25 for one below `cold`. */
const WINDOW = { ms: 300_000, field: "Temperature[C]", few: 10, stuck: 0.1, hot: 100, cold: -50 } as const;

const LOW_SCORE = 80;

/** Of whole windows inside of the span. Throws `MGV_HISTORY`. */
export async function windowScores(history: HistoryReader, span: Span, signal?: AbortSignal): Promise<WindowScores | Unknown> {
  const columns = await columnsOfReadings(history, signal);
  if (!columns.has(WINDOW.field)) return unknown(`The score is one of ${WINDOW.field}, which these readings do not have.`);
  const value = quoted(WINDOW.field);
  const sql = `
    WITH windows AS (
      SELECT count(*) AS readings, stddev_samp(${value}) < ${WINDOW.stuck} AS stuck, max(${value}) > ${WINDOW.hot} AS hot, min(${value}) < ${WINDOW.cold} AS cold
      FROM readings WHERE ${within(span)} GROUP BY sensor, epoch_ms(event_time) // ${WINDOW.ms}
      HAVING min(epoch_ms(event_time)) // ${WINDOW.ms} * ${WINDOW.ms} > ${Math.floor(span.fromMs)} AND (min(epoch_ms(event_time)) // ${WINDOW.ms} + 1) * ${WINDOW.ms} <= ${Math.floor(span.toMs)}),
    scored AS (SELECT *, 100 - 20 * (readings < ${WINDOW.few})::INTEGER - 15 * coalesce(stuck, false)::INTEGER - 25 * coalesce(hot, false)::INTEGER - 25 * coalesce(cold, false)::INTEGER AS score FROM windows)
    SELECT CAST(count(*) AS DOUBLE) AS windows, avg(score) AS mean_score, avg((score < ${LOW_SCORE})::INTEGER) AS low_share, avg(least(100, readings)) AS completeness,
      CAST(count(*) FILTER (readings < ${WINDOW.few}) AS DOUBLE) AS few, CAST(count(*) FILTER (stuck) AS DOUBLE) AS stuck, CAST(count(*) FILTER (hot) AS DOUBLE) AS hot, CAST(count(*) FILTER (cold) AS DOUBLE) AS cold FROM scored`;
  const [row] = await history.rows(sql, { ...(signal && { signal }) });
  const number = (name: string) => row![name] as number;
  if (number("windows") === 0) return unknown("The span has no whole window of five minutes with readings.");
  return { windows: number("windows"), meanScore: number("mean_score"), lowShare: number("low_share"), meanCompleteness: number("completeness"), few: number("few"), stuck: number("stuck"), hot: number("hot"), cold: number("cold") };
}
