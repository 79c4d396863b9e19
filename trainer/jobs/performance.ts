import { counted, figureText, percentText } from "../report/texts.ts";
import { unknown, type Job, type JobAlert, type JobContext, type JobReport, type Unknown } from "./job.ts";
import { performancePage } from "./page/performance.ts";
import { agreement, type Agreement } from "./performance/agreement.ts";
import { labelledFigures, predictionFigures, type LabelledFigures, type PredictionFigures } from "./performance/figures.ts";
import { healthScore, indicatorRules, indicatorsOf, type Indicator } from "./performance/health.ts";
import { trialRun, type TrialRun } from "./performance/trial-run.ts";
import { isoTime, newestHours } from "./span.ts";

const HOURS = 12;

/** Below, or above, of them people are told. */
const PERFORMANCE_LIMITS = { accuracy: 0.7, responseMs: 5000, indicators: 3 } as const;

export interface PerformanceData {
  readonly model: string | null;
  readonly from: string;
  readonly to: string;
  readonly predictions: PredictionFigures;
  readonly labelled: LabelledFigures | Unknown;
  readonly trial: TrialRun | Unknown;
  readonly agreement: Agreement | Unknown;
  readonly indicators: readonly Indicator[];
  /** Of 100. */
  readonly health: number | Unknown;
}

export const performanceJob: Job = {
  name: "performance",
  title: "Model performance",
  folder: "performance_reports",
  isWatching: true,
  timetable: ({ timeZone }) => ({ everyHours: HOURS, hour: 0, timeZone }),
  async run({ kernel, pipeline, history, model, challenger, atMs, clock, signal }: JobContext): Promise<JobReport> {
    const asked = signal && { signal };
    const span = await newestHours(history, { topic: pipeline.readings, hours: HOURS, atMs, ...asked });
    const predictions = await predictionFigures(history, span, atMs, signal);
    const labelled = await labelledFigures(history, span, atMs, signal);
    const trial = trialRun({ kernel, pipeline, model, clock });
    const indicators = indicatorsOf(predictions);
    const data: PerformanceData = {
      model: model?.version ?? null,
      from: isoTime(span.fromMs),
      to: isoTime(span.toMs),
      predictions,
      labelled,
      trial,
      agreement: await agreement(history, { kernel, pipeline, model, challenger, span, ...asked }),
      indicators,
      health: healthOf(labelled, trial, indicators.length),
    };
    return { detail: detailOf(data), alerts: performanceAlerts(data), data, ...performancePage(data), figures: { performance: "accuracy" in labelled ? { accuracy: labelled.accuracy, precision: labelled.precision, recall: labelled.recall } : { accuracy: null, precision: null, recall: null } } };
  },
};

function healthOf(labelled: LabelledFigures | Unknown, trial: TrialRun | Unknown, indicators: number): number | Unknown {
  if (!("accuracy" in labelled)) return unknown("The health score needs the accuracy, which no label tells yet.");
  if (!("responseMs" in trial)) return unknown(`The health score needs to know how fast the model is. ${trial.reason}`);
  return healthScore({ accuracy: labelled.accuracy, responseMs: trial.responseMs, indicators });
}

function detailOf({ predictions, labelled }: PerformanceData): string {
  const made = `${counted(predictions.predictions, "prediction")} in ${HOURS} hours, ${percentText(predictions.eventShare)} of them of the event.`;
  if (predictions.predictions === 0) return `The history has no prediction of the last ${HOURS} hours of readings.`;
  return "accuracy" in labelled ? `${made} Of ${counted(labelled.labelled, "prediction")} with a label ${percentText(labelled.accuracy)} are right.` : `${made} There are no labels, so nobody knows how many are right.`;
}

function performanceAlerts({ labelled, trial, indicators }: PerformanceData): JobAlert[] {
  const alerts: JobAlert[] = [];
  const { accuracy, responseMs, indicators: most } = PERFORMANCE_LIMITS;
  if ("accuracy" in labelled && labelled.accuracy < accuracy) alerts.push({ severity: "critical", about: "accuracy", message: `The accuracy is ${percentText(labelled.accuracy)} over ${counted(labelled.labelled, "prediction")} with a label, below ${percentText(accuracy)}.` });
  if ("responseMs" in trial && trial.responseMs > responseMs) alerts.push({ severity: "warning", about: "response", message: `A prediction takes ${figureText(trial.responseMs / 1000, 1)} s, more than ${responseMs / 1000} s.` });
  if (indicators.length >= most) alerts.push({ severity: "warning", about: "predictions", message: `${counted(indicators.length, "sign")} of trouble: ${indicators.map((each) => indicatorRules[each].text).join("; ")}.` });
  return alerts;
}
