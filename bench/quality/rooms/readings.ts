import { FeatureState, type FeatureSpec } from "../../../engine/features/features.ts";
import { LABEL, MEASURED, ROW } from "../../../engine/simulator/reading.ts";
import { World } from "../../../engine/simulator/world.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import type { Place } from "./plan.ts";

/** Steps of a world that are pushed at once. */
const STEPS = 32;

/** Readings of a place, in order of time, with their features; valid until the next ones, and until the kernel computes something else. */
export interface Readings {
  readonly count: number;
  readonly timesMs: Float64Array;
  /** Numbers within the place. */
  readonly sensors: Uint32Array;
  readonly labels: Float64Array;
  /** One for each measured field. */
  readonly columns: readonly Float64Array[];
  /** Row-major f32 [count][width]. */
  readonly features: Float32Array;
}

/** Simulates a place and computes the features of its readings as the engine would. */
export function* readingsOf(kernel: Kernel, { options }: Place, spec: FeatureSpec): Generator<Readings> {
  using state = new FeatureState(kernel, spec);
  const world = new World(options);
  const most = world.sensorIds.length * STEPS;
  const [timesMs, labels, sensors] = [new Float64Array(most), new Float64Array(most), new Uint32Array(most)];
  // CNT, which no feature reads, is the last field
  const columns = Array.from({ length: MEASURED + 1 }, () => new Float64Array(most));
  for (let more = true; more; ) {
    let count = 0;
    while (count < most) {
      const step = world.step();
      more = step !== undefined;
      if (!step) break;
      for (let at = 0; at < step.rows.length; at += ROW) {
        for (let i = 0; i < MEASURED; i++) columns[i]![count] = step.rows[at + i]!;
        timesMs[count] = step.timeMs;
        labels[count] = step.rows[at + LABEL]!;
        sensors[count++] = at / ROW;
      }
    }
    if (count === 0) return;
    const cut = <Column extends { subarray(from: number, to: number): Column }>(column: Column) => column.subarray(0, count);
    const batch = { count, timesMs: cut(timesMs), sensors: cut(sensors), columns: columns.map(cut) };
    const { at, rows, width } = state.push(batch);
    yield { ...batch, labels: cut(labels), features: kernel.f32(at, rows * width) };
  }
}
