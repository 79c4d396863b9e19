import { RecordEncoder } from "../../kernel-as/host/encoder.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import type { Sensors } from "../../kernel-as/host/sensors.ts";
import { column, text } from "../../kernel-as/host/template.ts";
import { ALGORITHM } from "../../kernel-as/model/card.ts";
import type { Batch } from "../batch.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import { predictionLabels } from "../pipeline/prediction-labels.ts";
import { alertLevels } from "./alerts.ts";
import type { EncodedPredictions, Scores } from "./output.ts";

/** Encoders that are kept: one a model, and now and then a new model. */
const KEPT = 4;

interface Scored {
  readonly batch: Batch;
  readonly late: Uint8Array;
  readonly scores: Scores;
}

/** Predictions as lines of JSON, written by the kernel: the bytes of `outputRecords` in engine/sink/records.ts, which says what the fields are. */
export class PredictionRecords implements Disposable {
  readonly #kernel: Kernel;
  readonly #pipeline: Pipeline;
  readonly #sensors: Sensors;
  readonly #encoders = new Map<string, RecordEncoder>();

  constructor(kernel: Kernel, pipeline: Pipeline, sensors: Sensors) {
    this.#kernel = kernel;
    this.#pipeline = pipeline;
    this.#sensors = sensors;
  }

  encode({ batch, late, scores }: Scored): EncodedPredictions {
    const encoder = this.#encoderFor(batch, scores);
    const names = this.#sensors.tableOf(batch.sensors);
    const fields = Object.fromEntries(batch.columns.map((values, index) => [`field ${index}`, values]));
    const { offsets, appendTimesMs, timesMs, sensors } = batch;
    const { predictions, probabilities, levels } = scores;
    const arms = scores.arms ?? undefined;
    const encoded = encoder.encode({ ...fields, offsets, appendTimesMs, timesMs, sensors, late, predictions, probabilities, levels, ...(arms && { arms }) }, batch.count, names);
    return { ...encoded, sensors: batch.sensors, names };
  }

  #encoderFor({ topic, partition }: Batch, scores: Scores): RecordEncoder {
    const key = JSON.stringify([topic, partition, scores.arms === null, scores.probabilities.BYTES_PER_ELEMENT, ...scores.models]);
    const there = this.#encoders.get(key);
    if (there) return there;
    const [oldest] = this.#encoders.keys();
    if (this.#encoders.size === KEPT) {
      this.#encoders.get(oldest!)![Symbol.dispose]();
      this.#encoders.delete(oldest!);
    }
    const made = new RecordEncoder(this.#kernel, this.#template(topic, partition, scores), { after: "\n" });
    this.#encoders.set(key, made);
    return made;
  }

  #template(topic: string, partition: number, { models, arms, probabilities }: Scores) {
    const { event, schema } = this.#pipeline;
    const labels = predictionLabels(event);
    const ofModel = (texts: readonly string[]) => (arms ? column.choice("arms", texts) : texts[0]);
    const float = probabilities instanceof Float32Array ? column.f32 : column.f64;
    return {
      prediction: column.choice("predictions", [0, 1]),
      prediction_label: column.choice("predictions", labels),
      probability: float("probabilities"),
      confidence: { [labels[0]]: float("probabilities", { factor: -1, summand: 1 }), [labels[1]]: float("probabilities") },
      timestamp: column.time("timesMs"),
      sensor_id: column.sensor("sensors"),
      late: column.boolean("late"),
      model_info: { algorithm: ALGORITHM, version: ofModel(models.map(({ modelVersion }) => modelVersion)), trained_on: ofModel(models.map(({ trainedOn }) => trainedOn)) },
      stream_metadata: {
        kafka_topic: topic,
        kafka_partition: partition,
        kafka_offset: column.f64("offsets"),
        kafka_timestamp: column.time("appendTimesMs"),
        prediction_id: text(`${partition}_`, column.f64("offsets")),
      },
      sensor_data: Object.fromEntries(schema.fields.map(({ name }, index) => [name, column.f64(`field ${index}`)])),
      alert_level: column.choice("levels", alertLevels),
    };
  }

  [Symbol.dispose](): void {
    for (const encoder of this.#encoders.values()) encoder[Symbol.dispose]();
  }
}
