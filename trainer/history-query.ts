import type { HistoryReader } from "../engine/history/reader.ts";
import { literal, quoted } from "../engine/history/sql.ts";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import { withLabels } from "./labels/join.ts";

/** Which readings of the history are learned from. Bounds are of event time, epoch ms, the later one excluded. */
export interface HistoryQuery {
  readonly fromMs: number;
  readonly toMs: number;
  /** Labels that were given later do not count, epoch ms. */
  readonly labelsUntilMs: number;
  /** The last offset of each partition that counts. */
  readonly partitions: readonly { readonly partition: number; readonly lastOffset: number }[];
}

/**
 * The query as SQL over the views `readings` and `labels`, in the order in which the readings came. It is the whole of what a manifest needs to find the same rows again: what was
 * appended since lies beyond its bounds.
 */
export function historySql({ schema, readings: topic }: Pipeline, { fromMs, toMs, labelsUntilMs, partitions }: HistoryQuery): string {
  const fields = schema.fields.map(({ name }) => quoted(name));
  const known = partitions.map(({ partition, lastOffset }) => `(partition = ${partition} AND "offset" <= ${lastOffset})`);
  const rows = `SELECT * FROM readings WHERE topic = ${literal(topic)} AND event_time >= epoch_ms(${fromMs}) AND event_time < epoch_ms(${toMs}) AND (${known.join(" OR ") || "false"})`;
  const labels = `SELECT * FROM labels WHERE given_time <= epoch_ms(${labelsUntilMs})`;
  const joined = withLabels(rows, labels, ["sensor", "event_time", "partition", '"offset"', ...fields]);
  const values = fields.map((field) => `CAST(${field} AS DOUBLE) AS ${field}`);
  return `SELECT partition, CAST("offset" AS DOUBLE) AS "offset", sensor, CAST(epoch_ms(event_time) AS DOUBLE) AS time_ms, CAST(label AS DOUBLE) AS label, ${values.join(", ")} FROM (${joined}) ORDER BY partition, "offset", event_time, sensor`;
}

/** Days before the newest reading that was there at a moment. Readings that are dated further ahead of it than {@link AHEAD_MS} are left out, unless they are most: time is simulated then, and has been hurried. */
export interface LastDays {
  readonly days: number;
  readonly atMs: number;
}

/** Clocks of sensors may be ahead by so much; what is further ahead moves no span. */
export const AHEAD_MS = 300_000;

/** The bounds of what is there now: the readings of the last days, all where they are null. Null where there is none. */
export async function boundsOfHistory(history: HistoryReader, { readings: topic }: Pipeline, last: LastDays | null = null, signal?: AbortSignal): Promise<HistoryQuery | null> {
  return history.query(async (connection) => {
    const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJS();
    const ms = (what: string) => `CAST(epoch_ms(${what}) AS DOUBLE)`;
    const isThere = last === null ? "true" : `event_time <= epoch_ms(${Math.floor(last.atMs + AHEAD_MS)})`;
    const partitions = await rows(`SELECT partition, CAST(max("offset") AS DOUBLE) AS last, CAST(count(*) AS DOUBLE) AS readings, CAST(count(*) FILTER (${isThere}) AS DOUBLE) AS there, ${ms("min(event_time)")} AS first_ms, ${ms("max(event_time)")} AS last_ms, ${ms(`max(event_time) FILTER (${isThere})`)} AS there_ms FROM readings WHERE topic = ${literal(topic)} GROUP BY partition ORDER BY partition`);
    if (partitions.length === 0) return null;
    const [said] = await rows(`SELECT ${ms("max(given_time)")} AS until_ms FROM labels`);
    const of = (column: string) => partitions.map((row) => Number(row[column] ?? -Infinity));
    const sum = (column: string) => of(column).reduce((total, value) => total + value, 0);
    const toMs = Math.max(...of(2 * sum("there") >= sum("readings") ? "there_ms" : "last_ms")) + 1;
    return {
      fromMs: Math.max(Math.min(...of("first_ms")), last === null ? -Infinity : Math.round(toMs - last.days * DAY_MS)),
      toMs,
      labelsUntilMs: Number(said?.["until_ms"] ?? 0),
      partitions: partitions.map((row) => ({ partition: Number(row["partition"]), lastOffset: Number(row["last"]) })),
    };
  }, signal);
}

const DAY_MS = 86_400_000;
