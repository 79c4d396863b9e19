import { unknown, type Job, type JobAlert, type JobContext, type JobReport, type Unknown } from "./job.ts";
import { qualityPage } from "./page/quality.ts";
import { anomalies, type Anomalies } from "./quality/anomalies.ts";
import { sensorArrivals, type SensorArrivals } from "./quality/arrivals.ts";
import { fieldValues, type FieldValues } from "./quality/field-values.ts";
import { overallOf, type Overall } from "./quality/overall.ts";
import { clockSkew, type Skew } from "./quality/skew.ts";
import { stuckFields, type StuckField } from "./quality/stuck.ts";
import { windowScores, type WindowScores } from "./quality/window-scores.ts";
import { isoTime, minuteText, newestHours, type Span } from "./span.ts";
import { counted, percentText, valueText } from "../report/texts.ts";

const HOURS = 6;

/** Below, or above, of them people are told. */
const QUALITY_LIMITS = { score: 70, completeness: 0.9, anomalies: 0.1, duplicates: 0.05 } as const;

/** So many sensors or fields are named in an alert. */
const NAMED = 5;

export interface QualityData {
  readonly from: string;
  readonly to: string;
  readonly readings: number;
  readonly overall: Overall;
  readonly sensors: readonly SensorArrivals[];
  readonly fields: readonly FieldValues[];
  readonly stuck: readonly StuckField[];
  readonly anomalies: Anomalies;
  readonly skew: Skew | Unknown;
  readonly windows: WindowScores | Unknown;
  /** They are no part of the history. */
  readonly deadLetters: Unknown;
}

export const qualityJob: Job = {
  name: "quality",
  title: "Data quality",
  folder: "quality_reports",
  isWatching: true,
  timetable: ({ timeZone }) => ({ everyHours: HOURS, hour: 0, timeZone }),
  async run(context: JobContext): Promise<JobReport> {
    const { history, pipeline, atMs, signal } = context;
    const span = await newestHours(history, { topic: pipeline.readings, hours: HOURS, atMs, ...(signal && { signal }) });
    const data = await qualityData(context, span);
    const alerts = qualityAlerts(data);
    const { score } = data.overall;
    return {
      detail: span.readings === 0 ? `There are no readings of ${pipeline.readings} in the history.` : `${counted(span.readings, "reading")} of ${counted(data.sensors.length, "sensor")}: the score is ${valueText(score && Math.round(score * 10) / 10)} of 100.`,
      alerts,
      data,
      ...qualityPage(data),
      figures: { quality: score === null ? null : score / 100 },
    };
  },
};

/** All that is looked at, of one span. Throws `MGV_HISTORY`. */
async function qualityData({ history, pipeline: { schema }, model, signal }: Pick<JobContext, "history" | "pipeline" | "model" | "signal">, span: Span): Promise<QualityData> {
  const features = schema.fields.filter(({ feature }) => feature);
  const arrivals = await sensorArrivals(history, span, signal);
  const values = await fieldValues(history, features, span, signal);
  const stuck = await stuckFields(history, { fields: features, references: model?.card?.reference ?? [], span, ...(signal && { signal }) });
  const odd = await anomalies(history, features, span, signal);
  return {
    from: isoTime(span.fromMs),
    to: isoTime(span.toMs),
    readings: span.readings,
    overall: overallOf({ arrivals, values, stuck, features: features.length }),
    sensors: arrivals,
    fields: values,
    stuck,
    anomalies: odd,
    skew: span.readings === 0 ? unknown("There are no readings.") : await clockSkew(history, span, signal),
    windows: span.readings === 0 ? unknown("There are no readings.") : await windowScores(history, span, signal),
    deadLetters: unknown("Records that are no readings never come into the history: GET /metrics counts them by their codes, and mangrove dead-letters list shows them."),
  };
}

function qualityAlerts({ readings, overall, sensors, stuck, anomalies: { share }, skew }: QualityData): JobAlert[] {
  const alerts: JobAlert[] = [];
  const warn = (about: string, message: string, severity: JobAlert["severity"] = "warning") => alerts.push({ severity, about, message });
  const { score, completeness, uniqueness } = overall;
  if (readings > 0 && score !== null && score < QUALITY_LIMITS.score) warn("score", `The quality score is ${score.toFixed(1)}, below ${QUALITY_LIMITS.score}.`, "critical");
  if (completeness !== null && completeness < QUALITY_LIMITS.completeness) {
    const least = sensors.filter(({ share: own }) => own !== null && own < QUALITY_LIMITS.completeness).sort((a, b) => a.share! - b.share!);
    warn("completeness", `${percentText(completeness)} of the values that were expected came, fewer than ${percentText(QUALITY_LIMITS.completeness)}${named(least.map(({ sensor, share: own }) => `${sensor} ${percentText(own)}`))}.`);
  }
  const silent = sensors.filter((each) => each.readings === 0);
  if (silent.length > 0) warn("silent", `${counted(silent.length, "sensor")} that told something before said nothing${named(silent.map(({ sensor, last }) => `${sensor} since ${minuteText(last)}`))}.`);
  if (share !== null && share > QUALITY_LIMITS.anomalies) warn("anomalies", `${percentText(share)} of the newest readings stand out, more than ${percentText(QUALITY_LIMITS.anomalies)}.`);
  if (stuck.length > 0) warn("stuck", `${counted(stuck.length, "field")} of sensors ${stuck.length === 1 ? "is" : "are"} stuck${named(stuck.map(({ sensor, field, value, since }) => `${field} of ${sensor} at ${valueText(value)} since ${minuteText(since)}`))}.`);
  if (uniqueness !== null && 1 - uniqueness > QUALITY_LIMITS.duplicates) warn("duplicates", `${percentText(1 - uniqueness)} of the readings came more than once.`);
  if ("sensors" in skew && skew.sensors.length > 0) warn("clocks", `${counted(skew.sensors.length, "sensor")} ${skew.sensors.length === 1 ? "has a clock" : "have clocks"} that ${skew.sensors.length === 1 ? "is" : "are"} off${named(skew.sensors.map(({ sensor, medianMs }) => `${sensor} by ${Math.round(medianMs / 1000)} s`))}.`);
  return alerts;
}

function named(all: readonly string[]): string {
  if (all.length === 0) return "";
  return `: ${all.slice(0, NAMED).join(", ")}${all.length > NAMED ? `, and ${all.length - NAMED} more` : ""}`;
}
