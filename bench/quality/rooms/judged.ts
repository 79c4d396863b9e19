import { alarmCurve, alarmMetrics, type AlarmFigures, type AlarmMetrics } from "../../../trainer/alarm-metrics.ts";
import type { Intervals } from "../../../trainer/bootstrap.ts";
import type { PredictedReadings } from "../../../trainer/fires.ts";
import { thresholdFor } from "../../../trainer/threshold.ts";
import type { Contestant } from "./contestant.ts";

/** False alarms for each day of a sensor that are put up with. */
export const BUDGET = 0.1;
/** The budget by which a threshold is chosen, so that the other one is kept in other rooms too. */
export const CHOSEN_BY = 0.07;
/** With so many times the budget of false alarms no lower threshold is looked at. */
const FAR_BEYOND = 10;
/** Of the smoke pipeline's alert. */
const HOLD_OFF_MS = 300_000;

export interface JudgedContestant {
  readonly learner: string;
  readonly features: string;
  /** In the rooms that the threshold was chosen by; null where nothing was chosen. */
  readonly chosenBy: AlarmMetrics | null;
  /** In rooms that nothing was learned or chosen by. */
  readonly test: AlarmMetrics & { readonly intervals: Intervals<keyof AlarmFigures> };
  /** What the threshold would have found there that was best there, within the budget: it flatters everyone alike. Null where none is within it. */
  readonly best: AlarmMetrics | null;
}

/** At a threshold that is given, or that is chosen by predictions of other rooms that were not learned from. */
export function judged({ learner, features }: Contestant, test: PredictedReadings, by: { readonly threshold: number } | { readonly outOfFold: PredictedReadings }): JudgedContestant {
  const options = { holdOffMs: HOLD_OFF_MS };
  const chosen = "outOfFold" in by ? thresholdFor(by.outOfFold, { ...options, event: "fire", falseAlarmsPerSensorDay: CHOSEN_BY }) : null;
  const threshold = "threshold" in by ? by.threshold : chosen!.threshold;
  const curve = alarmCurve(test, { ...options, until: ({ falseAlarmsPerSensorDay }) => falseAlarmsPerSensorDay! > FAR_BEYOND * BUDGET });
  const within = curve.filter(({ falseAlarmsPerSensorDay }) => falseAlarmsPerSensorDay! <= BUDGET);
  return {
    learner,
    features,
    chosenBy: chosen?.metrics ?? null,
    test: alarmMetrics(test, { ...options, threshold }),
    best: within.reduce<AlarmMetrics | null>((best, each) => (best === null || each.found > best.found ? each : best), null),
  };
}
