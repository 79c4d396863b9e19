import type { Forest } from "../../../kernel-as/host/forest.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import type { FeatureSpec } from "../../../engine/features/features.ts";
import type { PredictedReadings } from "../../../trainer/fires.ts";
import { probabilities } from "../../../trainer/probabilities.ts";
import { picked } from "../task.ts";
import type { Place } from "./plan.ts";
import { readingsOf, type Readings } from "./readings.ts";

/** Whoever says how likely it burns. */
export interface Contestant {
  readonly learner: string;
  /** What it reads, for people. */
  readonly features: string;
  /** 0…1 for each reading. */
  predict(readings: Readings): ArrayLike<number>;
}

/** A forest that reads some of the readings' features. */
export function forestContestant({ learner, features }: Pick<Contestant, "learner" | "features">, forest: Forest, columns: readonly number[]): Contestant {
  return {
    learner,
    features,
    predict: ({ count, features: rows }) => probabilities(forest, picked(rows, rows.length / count, Uint32Array.from({ length: count }, (_, row) => row), columns)),
  };
}

/** Goes through places once; gives for each of the contestants what it predicts. */
export function predictions(kernel: Kernel, places: readonly Place[], spec: FeatureSpec, contestants: readonly Contestant[]): PredictedReadings[] {
  const counts = places.map(({ options: { sensors = 0, rateHz = 0, durationMs } }) => sensors * Math.ceil((durationMs! / 1000) * rateHz));
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const common = { sensors: new Uint32Array(rows), timesMs: new Float64Array(rows), labels: new Uint8Array(rows) };
  const all = contestants.map(() => new Float64Array(rows));
  let [at, firstSensor] = [0, 0];
  for (const place of places) {
    for (const readings of readingsOf(kernel, place, spec)) {
      common.sensors.set(readings.sensors.map((sensor) => firstSensor + sensor), at);
      common.timesMs.set(readings.timesMs, at);
      common.labels.set(readings.labels, at);
      // predicting may grow the kernel's memory, and then a view of it is gone
      const kept = { ...readings, features: readings.features.slice() };
      contestants.forEach((contestant, i) => all[i]!.set(contestant.predict(kept), at));
      at += readings.count;
    }
    firstSensor += place.options.sensors!;
  }
  return all.map((each) => ({ ...common, probabilities: each }));
}
