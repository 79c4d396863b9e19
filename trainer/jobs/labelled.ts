import { literal } from "../../engine/history/sql.ts";
import { withLabels } from "../labels/join.ts";
import { within, type Span } from "./span.ts";

/** Labels that were given up to a moment. */
function labelsUntil(atMs: number): string {
  return `SELECT * FROM labels WHERE given_time <= epoch_ms(${Math.floor(atMs)})`;
}

/** SQL of the readings of a span with the label that counts, as a training joins them: `sensor`, `event_time` and `label`. */
export function labelledReadings(span: Span, atMs: number): string {
  return withLabels(`SELECT sensor, event_time, label FROM readings WHERE ${within(span)}`, labelsUntil(atMs), ["sensor", "event_time"]);
}

/** SQL of the predictions of a span with the label that counts, by place, sensor and time, as a topic that was made anew counts from 0 again: `model_version`, `event_time`, `prediction`, `probability`, `late` and `label`, NULL where there is none. */
export function labelledPredictions(span: Span, atMs: number, version: string | null = null): string {
  const own = version === null ? "" : ` AND model_version = ${literal(version)}`;
  const joined = `
    SELECT told.*, was.label FROM (SELECT * FROM predictions WHERE ${within(span)}${own}) AS told
    LEFT JOIN (SELECT partition, "offset", sensor, event_time, label FROM readings WHERE ${within(span)}) AS was
    ON was.partition = told.partition AND was."offset" = told."offset" AND was.sensor = told.sensor AND was.event_time = told.event_time`;
  return withLabels(joined, labelsUntil(atMs), ["sensor", "event_time", "model_version", "prediction", "probability", "late"]);
}
