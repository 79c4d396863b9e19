import { FeatureState } from "../engine/features/features.ts";
import type { Model } from "../engine/model/model-store.ts";
import type { Batch } from "../engine/batch.ts";
import type { AppOptions } from "./options.ts";
import type { Floats } from "../kernel-as/model/forest.ts";
import type { Reading } from "./readings.ts";

/**
 * Probabilities of fire of readings that know nothing of each other nor of earlier ones: each is its own sensor. Does
 * not wait in between, so the model cannot be swapped under it.
 */
export function scoreAlone({ kernel, pipeline }: Pick<AppOptions, "kernel" | "pipeline">, model: Model, readings: readonly Reading[]): Floats {
  using state = new FeatureState(kernel, pipeline);
  const rows = state.push(aloneBatch(pipeline.schema.fields.length, readings));
  return model.forest.predictAt(rows.at, rows.rows).predictions;
}

/** The readings as columns, each of a sensor of its own. */
export function aloneBatch(fields: number, readings: readonly Reading[]): Batch {
  const count = readings.length;
  return {
    topic: "",
    partition: 0,
    count,
    offsets: Float64Array.from(readings.keys()),
    appendTimesMs: new Float64Array(count).fill(NaN),
    timesMs: Float64Array.from(readings, (reading) => reading.timeMs),
    sensors: Uint32Array.from(readings.keys()),
    names: { of: String },
    columns: Array.from({ length: fields }, (_, field) => Float64Array.from(readings, (reading) => reading.values[field]!)),
    labels: new Float64Array(count).fill(NaN),
  };
}
