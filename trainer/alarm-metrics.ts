import { raises, type Told } from "../engine/task/hold-off.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { bootstrap, type BootstrapOptions, type Intervals } from "./bootstrap.ts";
import { GAP_MS, timelines, type PredictedReadings, type Timelines } from "./fires.ts";
import { numbered } from "./measure.ts";
import { percentile } from "./percentile.ts";

export interface AlarmOptions extends BootstrapOptions {
  /** Probabilities from here on are signs of fire. */
  readonly threshold: number;
  /** As in the pipeline's alert: signs with gaps of at most this are one alarm. */
  readonly holdOffMs: number;
  /** See {@link timelines} (5 minutes). */
  readonly gapMs?: number;
}

/** What an alarm is judged by; null where it has no meaning. */
export interface AlarmFigures {
  /** Share of the fires that an alarm tells of. */
  readonly foundShare: number | null;
  /** From a fire's first labelled reading to the first sign in it, of the fires that are found: half of them, nine in ten. */
  readonly medianDelayMs: number | null;
  readonly p90DelayMs: number | null;
  /** Alarms, not readings, for each day of a sensor without fire. */
  readonly falseAlarmsPerSensorDay: number | null;
}

export interface AlarmMetrics extends AlarmFigures {
  readonly threshold: number;
  readonly fires: number;
  readonly found: number;
  readonly falseAlarms: number;
  readonly fireFreeSensorDays: number;
}

const DAY_MS = 86_400_000;

/** What came of one sensor's fires and alarms. */
interface Outcome {
  /** One for each fire; null for one that is missed. */
  readonly delaysMs: readonly (number | null)[];
  readonly falseAlarms: number;
  readonly fireFreeMs: number;
}

/**
 * Judges alarms. An alarm is raised by a sign after more than the hold-off without one, exactly as the engine does it, and lasts as long as signs go on. It tells of a fire in which it has a sign, if it was raised in
 * that fire or at most the hold-off before: an alarm that has been on for longer tells nobody anything new. It is false if it was raised outside of every fire and tells of none.
 * Groups are drawn for the intervals. Throws `MGV_ARGUMENT`.
 */
export function alarmMetrics(readings: PredictedReadings, options: AlarmOptions): AlarmMetrics & { readonly intervals: Intervals<keyof AlarmFigures> } {
  const given = timelines(readings, options.gapMs ?? GAP_MS);
  const outcomes = outcomesOf(given, readings, options);
  const { names, groupOf } = numbered(given.sensors.map(({ group }) => group));
  const intervals = bootstrap(names.length, (weights) => figuresOf(totals(outcomes, (sensor) => weights[groupOf[sensor]!]!)), options);
  return { ...metricsOf(outcomes, options.threshold), intervals };
}

export interface AlarmCurveOptions extends Omit<AlarmOptions, "threshold" | keyof BootstrapOptions> {
  readonly thresholds?: readonly number[];
  /** The first point for which this holds is the last. */
  readonly until?: (metrics: AlarmMetrics) => boolean;
}

/** The same figures, without intervals, at each threshold, from the highest down: found fires and delays against false alarms. O(thresholds × rows). */
export function alarmCurve(readings: PredictedReadings, options: AlarmCurveOptions): AlarmMetrics[] {
  const { thresholds = spread(readings.probabilities), until = () => false } = options;
  const given = timelines(readings, options.gapMs ?? GAP_MS);
  const curve: AlarmMetrics[] = [];
  for (const threshold of thresholds.toSorted((a, b) => b - a)) {
    const metrics = metricsOf(outcomesOf(given, readings, { ...options, threshold }), threshold);
    curve.push(metrics);
    if (until(metrics)) break;
  }
  return curve;
}

/** From the highest probability down, each threshold of a curve passes over a tenth more of the distinct ones: it is at the top that false alarms are few. */
const SPREAD = 1.1;

/** Distinct probabilities, the highest and the lowest among them; about 140 of a million. */
function spread(probabilities: ArrayLike<number>): number[] {
  const falling = distinct(Float64Array.from(probabilities).sort()).reverse();
  const ranks: number[] = [];
  for (let rank = 0; rank < falling.length; rank = Math.max(rank + 1, Math.floor(rank * SPREAD))) ranks.push(rank);
  if (ranks.length > 0 && ranks.at(-1) !== falling.length - 1) ranks.push(falling.length - 1);
  return ranks.map((rank) => falling[rank]!);
}

/** Of sorted values each once, in their place. */
function distinct(sorted: Float64Array): Float64Array {
  let count = 0;
  for (const value of sorted) if (count === 0 || value !== sorted[count - 1]) sorted[count++] = value;
  return sorted.subarray(0, count);
}

function outcomesOf({ sensors, fireOf }: Timelines, { timesMs, probabilities }: PredictedReadings, { threshold, holdOffMs }: Pick<AlarmOptions, "threshold" | "holdOffMs">): Outcome[] {
  if (!(threshold >= 0)) throw new MangroveError("MGV_ARGUMENT", `threshold is ${threshold}; it must be 0 or above.`);
  if (!(holdOffMs >= 0)) throw new MangroveError("MGV_ARGUMENT", `holdOffMs is ${holdOffMs}; it must be 0 or above.`);
  return sensors.map(({ rows, fires, fireFreeMs }) => {
    const delaysMs: (number | null)[] = fires.map(() => null);
    const alarms: { raisedMs: number; isTrue: boolean }[] = [];
    let told: Told | undefined;
    for (const row of rows) {
      if (probabilities[row]! < threshold) continue;
      const timeMs = timesMs[row]!;
      const next = raises(told, timeMs, 0, holdOffMs);
      told = next.told;
      const fire = fireOf[row]!;
      if (next.raised) alarms.push({ raisedMs: timeMs, isTrue: fire !== -1 });
      if (fire === -1) continue;
      const alarm = alarms.at(-1)!;
      const { startMs } = fires[fire]!;
      if (alarm.raisedMs < startMs - holdOffMs) continue;
      alarm.isTrue = true;
      delaysMs[fire] = Math.min(delaysMs[fire] ?? Infinity, timeMs - startMs);
    }
    return { delaysMs, falseAlarms: alarms.filter(({ isTrue }) => !isTrue).length, fireFreeMs };
  });
}

interface Totals {
  readonly fires: number;
  /** Of found fires. */
  readonly delaysMs: Float64Array;
  readonly falseAlarms: number;
  readonly fireFreeSensorDays: number;
}

function totals(outcomes: readonly Outcome[], weightOf: (sensor: number) => number = () => 1): Totals {
  const delaysMs: number[] = [];
  let [fires, falseAlarms, fireFreeMs] = [0, 0, 0];
  outcomes.forEach((outcome, sensor) => {
    const weight = weightOf(sensor);
    fires += weight * outcome.delaysMs.length;
    falseAlarms += weight * outcome.falseAlarms;
    fireFreeMs += weight * outcome.fireFreeMs;
    const found = outcome.delaysMs.filter((delayMs) => delayMs !== null);
    for (const delayMs of found) for (let i = 0; i < weight; i++) delaysMs.push(delayMs);
  });
  return { fires, delaysMs: Float64Array.from(delaysMs).sort(), falseAlarms, fireFreeSensorDays: fireFreeMs / DAY_MS };
}

function figuresOf({ fires, delaysMs, falseAlarms, fireFreeSensorDays }: Totals): AlarmFigures {
  return {
    foundShare: fires > 0 ? delaysMs.length / fires : null,
    medianDelayMs: percentile(delaysMs, 0.5),
    p90DelayMs: percentile(delaysMs, 0.9),
    falseAlarmsPerSensorDay: fireFreeSensorDays > 0 ? falseAlarms / fireFreeSensorDays : null,
  };
}

function metricsOf(outcomes: readonly Outcome[], threshold: number): AlarmMetrics {
  const all = totals(outcomes);
  const { fires, delaysMs, falseAlarms, fireFreeSensorDays } = all;
  return { threshold, fires, found: delaysMs.length, falseAlarms, fireFreeSensorDays, ...figuresOf(all) };
}
