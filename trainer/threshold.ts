import { MangroveError } from "../kernel-as/errors.ts";
import { alarmCurve, type AlarmMetrics, type AlarmOptions } from "./alarm-metrics.ts";
import type { PredictedReadings } from "./fires.ts";
import { FIRE, wordsOf, type Words } from "./event-words.ts";

export interface ThresholdBudget extends Pick<AlarmOptions, "holdOffMs" | "gapMs"> {
  /** False alarms for each day of a sensor without fire that people put up with. */
  readonly falseAlarmsPerSensorDay: number;
  /** What a label of 1 is called, for the reason; default `fire`. */
  readonly event?: string;
}

export interface ChosenThreshold {
  readonly threshold: number;
  readonly isWithinBudget: boolean;
  /** What it does on the rows that it was chosen by; no measure of what it will do on others. */
  readonly metrics: AlarmMetrics;
  /** What was chosen and why, in a sentence or two. */
  readonly reason: string;
}

/**
 * The threshold that finds most fires within a budget of false alarms, then finds them soonest, then is the highest; where none is within it, the budget is what the highest
 * threshold needs. `outOfFold` are rows of the training side, each predicted by a model that had not seen it: rows that the result is judged by must not be among them.
 * Only thresholds count above which the budget is kept everywhere, because signs that never end are one alarm. Throws `MGV_ARGUMENT`, `MGV_TRAIN_DATA` without rows free of fire.
 */
export function thresholdFor(outOfFold: PredictedReadings, budget: ThresholdBudget): ChosenThreshold {
  const { falseAlarmsPerSensorDay: allowed, event = FIRE, ...options } = budget;
  if (!(allowed >= 0)) throw new MangroveError("MGV_ARGUMENT", `falseAlarmsPerSensorDay is ${allowed}; it must be 0 or above.`);
  let least: number | null = null;
  const breaks = ({ falseAlarmsPerSensorDay: rate }: AlarmMetrics) => rate === null || rate > Math.max(allowed, (least ??= rate));
  const curve = alarmCurve(outOfFold, { ...options, until: breaks });
  if (least === null) {
    throw new MangroveError("MGV_TRAIN_DATA", `There is no time without ${event} to count false alarms in: a threshold needs readings of label 0 that follow one another.`);
  }
  const best = curve.filter((metrics) => !breaks(metrics)).reduce((one, other) => (isBetter(other, one) ? other : one));
  return { threshold: best.threshold, isWithinBudget: least <= allowed, metrics: best, reason: reasonFor(best, { isWithin: least <= allowed, allowed, words: wordsOf(event) }) };
}

function isBetter(one: AlarmMetrics, other: AlarmMetrics): boolean {
  return one.found > other.found || (one.found === other.found && (one.medianDelayMs ?? Infinity) < (other.medianDelayMs ?? Infinity));
}

function reasonFor({ threshold, found, fires, falseAlarms, fireFreeSensorDays, falseAlarmsPerSensorDay }: AlarmMetrics, { isWithin, allowed, words }: { isWithin: boolean; allowed: number; words: Words }): string {
  const rate = `${falseAlarmsPerSensorDay!.toPrecision(3)} false alarms a sensor and day (${falseAlarms} in ${fireFreeSensorDays.toPrecision(3)} days)`;
  const does = `${threshold.toPrecision(4)} finds ${found} of ${fires} ${words.spells} with ${rate}`;
  const chosen = isWithin ? `${does}, within the budget of ${allowed}.` : `No threshold keeps to the budget of ${allowed} false alarms a sensor and day; the one that finds most without more of them than the highest is taken: ${does}.`;
  const unseen = allowed * fireFreeSensorDays < 1 ? ` ${fireFreeSensorDays.toPrecision(3)} days without ${words.event} are too few to tell such a budget from none at all.` : "";
  const without = fires === 0 ? ` There was no ${words.event} to find.` : "";
  return chosen + unseen + without;
}
