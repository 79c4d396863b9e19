import type { Batch } from "../engine/batch.ts";
import { FeatureState } from "../engine/features/features.ts";
import type { Model } from "../engine/model/model-store.ts";
import type { LiveWindows } from "../engine/task/live-windows.ts";
import type { Kernel } from "../kernel-as/host/kernel.ts";
import type { Floats } from "../kernel-as/model/forest.ts";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import type { Reading } from "./readings.ts";

/** Readings that name no sensor are those of their partition, and no task has this one. */
export const NO_PARTITION = -1;
export const NAMELESS = `partition-${NO_PARTITION}`;

export interface Scored {
  /** Probabilities of fire. */
  readonly probabilities: Floats;
  /** Of how many readings of the sensor each one's features were computed, itself included. */
  readonly readings: Uint32Array;
}

/**
 * Scores readings that know nothing of each other. One whose sensor has a live window is scored as if it had just come in the stream; else it is alone. Nothing is kept of it. Does not wait in between, so
 * the model cannot be swapped under it.
 */
export class Scorer implements Disposable {
  readonly #kernel: Kernel;
  readonly #features: FeatureState;
  readonly #live: LiveWindows | null;
  #rows = new Uint32Array(0);

  constructor({ kernel, pipeline, live }: { readonly kernel: Kernel; readonly pipeline: Pipeline; readonly live?: LiveWindows | undefined }) {
    this.#kernel = kernel;
    this.#features = new FeatureState(kernel, pipeline);
    this.#live = live ?? null;
  }

  score(model: Model, batch: Batch): Scored {
    const { at, rows, readings } = this.#push(batch);
    return { probabilities: model.forest.predictAt(at, rows).predictions, readings };
  }

  /** What {@link score} scores: rows of features, and of how many readings. */
  features(batch: Batch): { readonly features: Float32Array; readonly readings: Uint32Array } {
    const { at, rows, width, readings } = this.#push(batch);
    return { features: this.#kernel.f32(at, rows * width).slice(), readings };
  }

  /** Rows in kernel memory, until the next ones. */
  #push(batch: Batch) {
    const { count } = batch;
    if (this.#live && !this.#live.isEmpty) this.#takeWindows(this.#live, batch);
    // one that has the number 0 already lies in kernel memory, where nothing of it is copied
    const sensors = count === 1 && batch.sensors[0] === 0 ? batch.sensors : this.#numbers(count);
    try {
      const { at, rows, width, readingsAt } = this.#features.push({ count, sensors, timesMs: batch.timesMs, columns: batch.columns });
      return { at, rows, width, readings: this.#kernel.u32(readingsAt, count).slice() };
    } finally {
      for (let sensor = 0; sensor < count; sensor++) this.#features.forget(sensor);
    }
  }

  /** Each reading is a sensor of its own here. */
  #takeWindows(live: LiveWindows, batch: Batch): void {
    for (let row = 0; row < batch.count; row++) {
      const name = batch.names.of(batch.sensors[row]!); // asked anew each time: a window may have made memory grow
      if (name !== NAMELESS) live.copyWindow(name, this.#features, row);
    }
  }

  #numbers(count: number): Uint32Array {
    if (this.#rows.length < count) this.#rows = Uint32Array.from({ length: count }, (_, row) => row);
    return this.#rows.length === count ? this.#rows : this.#rows.subarray(0, count);
  }

  [Symbol.dispose](): void {
    this.#features[Symbol.dispose]();
  }
}

/** The readings as columns. */
export function readingsBatch(fields: number, readings: readonly Reading[]): Batch {
  const count = readings.length;
  return {
    topic: "",
    partition: 0,
    count,
    offsets: Float64Array.from(readings.keys()),
    appendTimesMs: new Float64Array(count).fill(NaN),
    timesMs: Float64Array.from(readings, (reading) => reading.timeMs),
    sensors: Uint32Array.from(readings.keys()),
    names: { of: (row) => readings[row]!.sensor ?? NAMELESS },
    columns: Array.from({ length: fields }, (_, field) => Float64Array.from(readings, (reading) => reading.values[field]!)),
    labels: new Float64Array(count).fill(NaN),
  };
}
