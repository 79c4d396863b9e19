import { DATASET_SHARE } from "../../engine/monitoring/drift.ts";
import { counted, figureText, percentText, valueText } from "../report/texts.ts";
import { fieldsDrift, type FieldsDrift } from "./drift/fields.ts";
import { labelsDrift, type LabelsDrift } from "./drift/labels.ts";
import { predictionsDrift, type PredictionsDrift } from "./drift/predictions.ts";
import { shiftedSensors, type ShiftedSensor } from "./drift/sensors.ts";
import type { Job, JobAlert, JobContext, JobFigures, JobReport, Unknown } from "./job.ts";
import { driftPage } from "./page/drift.ts";
import { isoTime, minuteText, newestHours } from "./span.ts";

const HOURS = 24;

export interface DriftData {
  /** Null where there is none. */
  readonly model: string | null;
  readonly from: string;
  readonly to: string;
  readonly readings: number;
  readonly fields: FieldsDrift | Unknown;
  readonly sensors: readonly ShiftedSensor[];
  readonly predictions: PredictionsDrift | Unknown;
  readonly labels: LabelsDrift | Unknown;
}

export const driftJob: Job = {
  name: "drift",
  title: "Drift",
  folder: "drift_reports",
  isWatching: true,
  timetable: ({ timeZone }) => ({ everyHours: 6, hour: 1, timeZone }),
  async run({ history, pipeline, model, atMs, before, signal }: JobContext): Promise<JobReport> {
    const asked = signal && { signal };
    const span = await newestHours(history, { topic: pipeline.readings, hours: HOURS, atMs, ...asked });
    const version = model?.version ?? null;
    const data: DriftData = {
      model: version,
      from: isoTime(span.fromMs),
      to: isoTime(span.toMs),
      readings: span.readings,
      fields: await fieldsDrift(history, { model, span, hours: HOURS, before: fieldsBefore(before, version), ...asked }),
      sensors: await shiftedSensors(history, pipeline.schema.fields, span, signal),
      predictions: await predictionsDrift(history, { model, span, ...asked }),
      labels: await labelsDrift(history, { model, span, atMs, ...asked }),
    };
    return { detail: detailOf(data), alerts: driftAlerts(data), data, ...driftPage(data), figures: figuresOf(data) };
  },
};

/** What the last report said of the same model. */
function fieldsBefore(before: unknown, version: string | null) {
  const last = before as Partial<DriftData> | null;
  if (!last?.fields || !("fields" in last.fields) || last.model !== version || typeof last.to !== "string") return null;
  return { to: last.to, fields: last.fields.fields };
}

function detailOf({ fields, sensors, readings }: DriftData): string {
  if (readings === 0) return "There are no readings to compare.";
  const whole = "fields" in fields ? `${fields.fields.filter(({ drifted }) => drifted).length} of ${counted(fields.compared, "field")} lie elsewhere than in the training.` : fields.reason;
  const shifted = new Set(sensors.map(({ sensor }) => sensor)).size;
  return `${whole} ${shifted === 0 ? "No sensor has left its place." : `${counted(shifted, "sensor")} ${shifted === 1 ? "has" : "have"} left ${shifted === 1 ? "its" : "their"} place.`}`;
}

function driftAlerts({ fields, sensors, predictions }: DriftData): JobAlert[] {
  const alerts: JobAlert[] = [];
  if ("fields" in fields) {
    const told = fields.fields.filter(({ isTold }) => isTold);
    if (told.length / fields.compared >= DATASET_SHARE) alerts.push({ severity: "critical", about: "readings", message: `The readings as a whole have drifted: ${percentText(told.length / fields.compared)} of the fields.` });
    for (const { field, distance, threshold, psi, since } of told) {
      alerts.push({ severity: "warning", about: field, message: `${field} has drifted: its distance from the training is ${figureText(distance, 2)} (from ${figureText(threshold, 2)} on it counts), its stability index ${figureText(psi, 2)}, since ${minuteText(since!)}.` });
    }
  }
  for (const { sensor, field, median, before, shift, since } of sensors) {
    alerts.push({ severity: "warning", about: sensor, message: `${field} of ${sensor} has shifted by ${figureText(shift, 1)} widths, from ${valueText(before)} to ${valueText(median)}, since ${minuteText(since)}.` });
  }
  if ("psi" in predictions && predictions.drifted) {
    alerts.push({ severity: "warning", about: "predictions", message: `The predictions have drifted: the share of events went from ${percentText(predictions.before.eventShare)} to ${percentText(predictions.now.eventShare)}, the stability index is ${figureText(predictions.psi, 2)}.` });
  }
  return alerts;
}

function figuresOf({ fields }: DriftData): JobFigures {
  if (!("fields" in fields)) return {};
  return { drift: fields.fields.flatMap(({ field, method, distance, psi }) => (method === null ? [] : [{ feature: field, method, distance: distance!, psi: psi! }])) };
}
