import { MangroveError } from "../kernel-as/errors.ts";
import { checkPredictions } from "./metrics.ts";

/** Readings with a label and the prediction of a model that had not seen them, in the order of their arrival. */
export interface PredictedReadings {
  readonly sensors: ArrayLike<number | string>;
  /** Event times, epoch ms. */
  readonly timesMs: ArrayLike<number>;
  /** 1 while it burns, else 0. */
  readonly labels: ArrayLike<number>;
  /** 0…1. */
  readonly probabilities: ArrayLike<number>;
  /** Of each row what is drawn as a whole for intervals: the sensor, where there are none. All rows of a sensor belong to one group. */
  readonly groups?: ArrayLike<number | string>;
}

/** A span of event time of one sensor that is labelled as fire, from its first labelled reading to its last. */
interface Fire {
  readonly startMs: number;
  readonly endMs: number;
}

/** What is to be known of one sensor. */
interface SensorTimeline {
  readonly group: number | string;
  /** Its rows in the order of arrival, as the engine sees them. */
  readonly rows: readonly number[];
  readonly fires: readonly Fire[];
  /** Time without fire: from each reading that is none to the next one, where that comes within the gap. */
  readonly fireFreeMs: number;
}

export interface Timelines {
  readonly sensors: readonly SensorTimeline[];
  /** Of each row the number of the fire of its sensor that it belongs to, -1 for none. */
  readonly fireOf: Int32Array;
}

/** A gap between readings of a sensor that is longer than this ends a fire, and is nobody's time. */
export const GAP_MS = 300_000;

/**
 * Sorts readings by sensor, and finds the fires: maximal runs of label 1 in event time, which a reading of label 0 or a gap above `gapMs` ends. Of readings of one moment
 * the one that came first goes first. O(n log n). Throws `MGV_ARGUMENT`.
 */
export function timelines(readings: PredictedReadings, gapMs: number): Timelines {
  const { sensors, timesMs, labels, probabilities, groups = sensors } = readings;
  checkPredictions(labels, probabilities);
  if (!(gapMs > 0)) throw new MangroveError("MGV_ARGUMENT", `gapMs is ${gapMs}; it must be above 0.`);
  if ([sensors, timesMs, groups].some((column) => column.length !== labels.length)) {
    throw new MangroveError("MGV_ARGUMENT", `There are ${labels.length} labels, ${sensors.length} sensors, ${timesMs.length} times and ${groups.length} groups: they must be as many.`);
  }
  const rowsOf = new Map<number | string, number[]>();
  for (let row = 0; row < labels.length; row++) {
    if (!Number.isFinite(timesMs[row])) throw new MangroveError("MGV_ARGUMENT", `The time of row ${row} is ${timesMs[row]}.`);
    const rows = rowsOf.get(sensors[row]!) ?? [];
    if (rows.length === 0) rowsOf.set(sensors[row]!, rows);
    else if (groups[row] !== groups[rows[0]!]) throw new MangroveError("MGV_ARGUMENT", `Sensor ${sensors[row]} is in the groups ${groups[rows[0]!]} and ${groups[row]}; it must be in one.`);
    rows.push(row);
  }
  const fireOf = new Int32Array(labels.length).fill(-1);
  const ofSensors = Array.from(rowsOf.values(), (rows) => ({ group: groups[rows[0]!]!, rows, ...firesOf(rows, readings, gapMs, fireOf) }));
  return { sensors: ofSensors, fireOf };
}

function firesOf(rows: readonly number[], { timesMs, labels }: PredictedReadings, gapMs: number, fireOf: Int32Array): Pick<SensorTimeline, "fires" | "fireFreeMs"> {
  const inTime = rows.toSorted((a, b) => timesMs[a]! - timesMs[b]! || a - b);
  const fires: { startMs: number; endMs: number }[] = [];
  let fireFreeMs = 0;
  let fire: { startMs: number; endMs: number } | null = null;
  inTime.forEach((row, i) => {
    const timeMs = timesMs[row]!;
    const previous = inTime[i - 1];
    const stepMs = previous === undefined ? Infinity : timeMs - timesMs[previous]!;
    if (stepMs <= gapMs && labels[previous!] === 0) fireFreeMs += stepMs;
    if (stepMs > gapMs || labels[row] === 0) fire = null;
    if (labels[row] === 0) return;
    if (fire === null) fires.push((fire = { startMs: timeMs, endMs: timeMs }));
    fire.endMs = timeMs;
    fireOf[row] = fires.length - 1;
  });
  return { fires, fireFreeMs };
}
