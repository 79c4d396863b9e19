import type { Kernel } from "../kernel-as/host/kernel.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { featureFields } from "../kernel-as/schema.ts";
import type { DeadLetter } from "../engine/batch.ts";
import { FeatureState, featureNames } from "../engine/features/features.ts";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import type { Dataset, DatasetReport, LabelledBatch } from "./dataset.ts";
import { GrowingColumn } from "./growing-column.ts";
import { ReadingsHash } from "./readings-hash.ts";

/** Makes a dataset of batches that come one after another. */
export class DatasetBuilder implements Disposable {
  readonly #kernel: Kernel;
  readonly #pipeline: Pipeline;
  readonly #state: FeatureState;
  readonly #hash: ReadingsHash;
  readonly #columns = { features: new GrowingColumn(), labels: new GrowingColumn(), timesMs: new GrowingColumn(), recordingOf: new GrowingColumn() };
  readonly #recordings: string[] = [];
  /** For each sensor's number the index of its recording. */
  readonly #indexes = new Map<number, number>();
  #rejected = 0;
  #firstReason: string | null = null;
  #unlabelled = 0;

  constructor(kernel: Kernel, pipeline: Pipeline) {
    this.#kernel = kernel;
    this.#pipeline = pipeline;
    this.#state = new FeatureState(kernel, pipeline);
    this.#hash = new ReadingsHash(pipeline.schema);
  }

  reject(deadLetters: readonly DeadLetter[]): void {
    this.#rejected += deadLetters.length;
    const letter = deadLetters[0];
    if (letter) this.#firstReason ??= `record ${letter.offset}: ${letter.code}: ${letter.reason}`;
  }

  add(batch: LabelledBatch): void {
    this.#hash.add(batch);
    const { at, rows, width } = this.#state.push(batch);
    const features = this.#kernel.f32(at, rows * width);
    const { labels, sensors, timesMs } = batch;
    const columns = this.#columns;
    for (let row = 0; row < rows; row++) {
      if (Number.isNaN(labels[row])) {
        this.#unlabelled++;
        continue;
      }
      const sensor = sensors[row]!;
      let recording = this.#indexes.get(sensor);
      if (recording === undefined) {
        this.#indexes.set(sensor, (recording = this.#recordings.length));
        this.#recordings.push(batch.names.of(sensor));
      }
      columns.features.append(features.subarray(row * width, (row + 1) * width));
      columns.labels.push(labels[row]!);
      columns.timesMs.push(timesMs[row]!);
      columns.recordingOf.push(recording);
    }
  }

  /** Throws `MGV_LABEL` when no reading has a label, `MGV_TRAIN_DATA` when there is none. */
  end(): DatasetReport {
    const pipeline = this.#pipeline;
    const rows = this.#columns.labels.length;
    const fields = featureFields(pipeline.schema).length;
    if (rows === 0) throw this.#nothing();
    const { features, labels, timesMs, recordingOf } = this.#columns;
    const dataset: Dataset = {
      event: pipeline.event,
      rows,
      featureNames: featureNames(pipeline),
      fieldFeatures: fields,
      pointFeatures: fields + Object.keys(pipeline.derived).length,
      features: Float32Array.from(features.values),
      labels: Float32Array.from(labels.values),
      timesMs: timesMs.values.slice(),
      recordingOf: Int32Array.from(recordingOf.values),
      recordings: this.#recordings,
      longestSpanMs: Math.max(0, ...pipeline.spansMs),
    };
    return { dataset, readings: this.#hash.end(), rejected: this.#rejected, firstReason: this.#firstReason, unlabelled: this.#unlabelled };
  }

  #nothing(): MangroveError {
    const { label } = this.#pipeline.schema;
    if (this.#unlabelled > 0) return new MangroveError("MGV_LABEL", `None of the ${this.#unlabelled} readings has a label: there is no column or key "${label}" with 0 or 1. Name it with --label.`);
    return new MangroveError("MGV_TRAIN_DATA", `There is no reading to learn from or to judge by: ${this.#rejected} records were rejected${this.#firstReason === null ? "" : `, the first because of ${this.#firstReason}`}.`);
  }

  [Symbol.dispose](): void {
    this.#state[Symbol.dispose]();
  }
}
