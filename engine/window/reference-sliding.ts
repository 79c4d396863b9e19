import { LAST_TIME_MS, type SlidingSpec } from "../../kernel-as/window-spec.ts";
import { aggregateOf } from "./aggregate.ts";
import type { Reading } from "./reference.ts";

/** The oracle of `SlidingWindows`: looks through all that is kept of a sensor for each of its readings, and computes each result from the readings in the window. */
export class ReferenceSliding {
  readonly #spec: SlidingSpec;
  readonly #kept = new Map<number, readonly Reading[]>();

  constructor(spec: SlidingSpec) {
    this.#spec = spec;
  }

  /** The readings in the reading's window, in order of event time, equals by arrival, and its result: an entry for each aggregate. */
  push(reading: Reading): { window: readonly Reading[]; aggregates: number[] } {
    const { sizeMs, maxOutOfOrdernessMs, aggregates } = this.#spec;
    const { sensor, timeMs } = reading;
    if (!(timeMs >= 0 && timeMs <= LAST_TIME_MS)) return { window: [], aggregates: aggregates.map(() => NaN) };
    const kept = [...this.kept(sensor), reading].sort((a, b) => a.timeMs - b.timeMs);
    const window = kept.filter((each) => each.timeMs > timeMs - sizeMs && each.timeMs <= timeMs);
    const newestMs = kept.at(-1)!.timeMs;
    this.#kept.set(sensor, kept.filter((each) => each.timeMs > newestMs - (sizeMs + maxOutOfOrdernessMs)));
    return { window, aggregates: aggregates.map((aggregate) => aggregateOf(aggregate, window)) };
  }

  /** Readings that a later one may still find in its window. */
  kept(sensor: number): readonly Reading[] {
    return this.#kept.get(sensor) ?? [];
  }

  forget(sensor: number): void {
    this.#kept.delete(sensor);
  }
}
