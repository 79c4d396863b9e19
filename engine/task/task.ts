import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { Decoder } from "../decode/decoder.ts";
import { FeatureState } from "../features/features.ts";
import type { ModelStore } from "../model/model-store.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { RecordBatch, RecordFormat } from "../source/source.ts";
import type { Batch } from "../batch.ts";
import { AlertRule, alertLevel, type Alert } from "./alerts.ts";
import { SensorClocks } from "./clock.ts";
import type { Scores, TaskOutput } from "./output.ts";

export interface TaskOptions {
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  /** Null switches scoring off: readings are only decoded and kept. */
  readonly models: ModelStore | null;
  readonly format: RecordFormat;
}

/** The deterministic fold of one partition: the same records, and the same model, give the same output. */
export class Task implements Disposable {
  readonly #models: ModelStore | null;
  readonly #decoder: Decoder;
  readonly #clocks: SensorClocks;
  readonly #features: FeatureState;
  readonly #alerts: AlertRule;

  constructor({ kernel, pipeline, models, format }: TaskOptions) {
    this.#models = models;
    this.#decoder = new Decoder(kernel, pipeline.schema, format);
    this.#clocks = new SensorClocks(pipeline.maxOutOfOrdernessMs);
    this.#features = new FeatureState(kernel, pipeline);
    this.#alerts = new AlertRule(pipeline.holdOffMs);
  }

  /** Throws `MGV_MODEL_MISSING` when it is to score and there is no model. */
  process(records: RecordBatch): TaskOutput {
    const { batch, deadLetters } = this.#decoder.decode(records);
    const { timesMs } = batch;
    const late = Uint8Array.from(batch.sensors, (sensor, i) => (this.#clocks.observe(sensor, timesMs[i]!) ? 1 : 0));
    const scores = this.#models && this.#score(batch, this.#models);
    return { batch, late, scores, alerts: scores ? this.#raise(batch, scores) : [], deadLetters };
  }

  #score(batch: Batch, models: ModelStore): Scores {
    const model = models.require();
    const rows = this.#features.push(batch);
    const { margins, predictions: probabilities } = model.forest.predictAt(rows.at, rows.rows);
    return {
      modelVersion: model.version,
      trainedOn: model.trainedOn,
      threshold: model.threshold,
      margins,
      probabilities,
      predictions: Uint8Array.from(probabilities, (p) => (p >= model.threshold ? 1 : 0)),
      levels: Array.from(probabilities, (p) => alertLevel(p, model.threshold)),
    };
  }

  #raise(batch: Batch, scores: Scores): Alert[] {
    const alerts: Alert[] = [];
    const { sensors, timesMs, offsets } = batch;
    for (let i = 0; i < batch.count; i++) {
      const severity = scores.levels[i]!;
      const sensor = sensors[i]!;
      const timeMs = timesMs[i]!;
      if (severity === "NONE" || !this.#alerts.raises(sensor, timeMs)) continue;
      alerts.push({
        id: `${batch.partition}_${offsets[i]}`,
        timeMs,
        sensor: batch.names.of(sensor),
        probability: scores.probabilities[i]!,
        threshold: scores.threshold,
        severity,
        modelVersion: scores.modelVersion,
      });
    }
    return alerts;
  }

  [Symbol.dispose](): void {
    this.#features[Symbol.dispose]();
    this.#decoder[Symbol.dispose]();
  }
}
