import { predictorOf } from "../../kernel-as/model/objective.ts";
import { referenceMargins } from "../../kernel-as/model/reference.ts";
import type { ForestModel } from "../../kernel-as/model/forest.ts";
import { ReferenceDecoder } from "../decode/reference.ts";
import { referenceFeatures } from "../features/reference.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { RecordBatch, RecordFormat } from "../source/source.ts";

/** What a reading of one partition is scored as. */
export interface ReferencePrediction {
  readonly offset: number;
  readonly sensor: string;
  readonly late: boolean;
  readonly margin: number;
  readonly probability: number;
}

/** The oracle of scoring: all records of a partition in offset order, each looked at with all that came before it. Quadratic; without idle or forgotten sensors. */
export function referencePredictions(pipeline: Pipeline, format: RecordFormat, model: ForestModel, records: RecordBatch): ReferencePrediction[] {
  const { batch } = new ReferenceDecoder(pipeline.schema, format).decode(records);
  const features = referenceFeatures(pipeline, batch);
  const width = features.length / Math.max(batch.count, 1);
  const predict = predictorOf(model);
  const newestMs = new Map<number, number>();
  return Array.from(batch.sensors, (sensor, row) => {
    const [margin] = referenceMargins(model, features.subarray(row * width, (row + 1) * width));
    const probability = new Float32Array(1);
    predict(Float32Array.of(margin!), probability);
    const watermark = (newestMs.get(sensor) ?? -Infinity) - pipeline.maxOutOfOrdernessMs;
    const timeMs = batch.timesMs[row]!;
    newestMs.set(sensor, Math.max(newestMs.get(sensor) ?? -Infinity, timeMs));
    return { offset: batch.offsets[row]!, sensor: batch.names.of(sensor), late: timeMs < watermark, margin: margin!, probability: probability[0]! };
  });
}
