import type { Kernel } from "../kernel-as/host/kernel.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { featureFields } from "../kernel-as/schema.ts";
import { Decoder } from "../engine/decode/decoder.ts";
import { FeatureState, featureNames } from "../engine/features/features.ts";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import type { Source } from "../engine/source/source.ts";

/** Labelled readings as a model sees them, in the order of their arrival. */
export interface Dataset {
  readonly rows: number;
  readonly featureNames: readonly string[];
  /** How many of the features are fields as they were measured; those come first. */
  readonly fieldFeatures: number;
  /** How many come from the reading alone, fields and what is derived from them; those after them look back over a window. */
  readonly pointFeatures: number;
  /** Row-major f32 [rows][featureNames.length]. */
  readonly features: Float32Array;
  readonly labels: Float32Array;
  /** Event times, epoch ms. */
  readonly timesMs: Float64Array;
  /** For each row the index of its recording (its sensor) in `recordings`. */
  readonly recordingOf: Int32Array;
  readonly recordings: readonly string[];
  /** The longest span that a feature looks back over. */
  readonly longestSpanMs: number;
}

/** What became of the records that were read. */
export interface DatasetReport {
  readonly dataset: Dataset;
  readonly rejected: number;
  readonly firstReason: string | null;
  readonly unlabelled: number;
}

/**
 * Reads a source to its end and computes the features of every reading exactly as the engine would. Readings without a label are seen by the windows
 * and then left out. Throws `MGV_LABEL` when none has one, `MGV_TRAIN_DATA` when nothing can be read.
 */
export async function readDataset(
  kernel: Kernel,
  pipeline: Pipeline,
  source: Source,
  signal: AbortSignal = new AbortController().signal,
): Promise<DatasetReport> {
  const names = featureNames(pipeline);
  using resources = new DisposableStack();
  const state = resources.use(new FeatureState(kernel, pipeline));
  const columns = { features: new Column(), labels: new Column(), timesMs: new Column(), recordingOf: new Column() };
  const recordings: string[] = [];
  /** For each sensor's number the index of its recording. */
  const indexes = new Map<number, number>();
  let decoder: Decoder | null = null;
  let rejected = 0;
  let firstReason: string | null = null;
  let unlabelled = 0;

  for await (const { format, records } of source.read(signal)) {
    decoder ??= resources.use(new Decoder(kernel, pipeline.schema, format));
    const { batch, deadLetters } = decoder.decode(records);
    rejected += deadLetters.length;
    const letter = deadLetters[0];
    if (letter) firstReason ??= `record ${letter.offset}: ${letter.code}: ${letter.reason}`;
    const { at, rows, width } = state.push(batch);
    const features = kernel.f32(at, rows * width);
    const { labels, sensors, timesMs } = batch;
    for (let row = 0; row < rows; row++) {
      if (Number.isNaN(labels[row])) {
        unlabelled++;
        continue;
      }
      const sensor = sensors[row]!;
      let recording = indexes.get(sensor);
      if (recording === undefined) {
        indexes.set(sensor, (recording = recordings.length));
        recordings.push(batch.names.of(sensor));
      }
      columns.features.append(features.subarray(row * width, (row + 1) * width));
      columns.labels.push(labels[row]!);
      columns.timesMs.push(timesMs[row]!);
      columns.recordingOf.push(recording);
    }
  }

  signal.throwIfAborted();
  const rows = columns.labels.length;
  const { label } = pipeline.schema;
  const fields = featureFields(pipeline.schema).length;
  if (rows === 0 && unlabelled > 0) {
    throw new MangroveError("MGV_LABEL", `None of the ${unlabelled} readings has a label: there is no column or key "${label}" with 0 or 1. Name it with --label.`);
  }
  if (rows === 0) {
    throw new MangroveError("MGV_TRAIN_DATA", `There is no reading to learn from or to judge by: ${rejected} records were rejected${firstReason === null ? "" : `, the first because of ${firstReason}`}.`);
  }
  const dataset: Dataset = {
    rows,
    featureNames: names,
    fieldFeatures: fields,
    pointFeatures: fields + Object.keys(pipeline.derived).length,
    features: Float32Array.from(columns.features.values),
    labels: Float32Array.from(columns.labels.values),
    timesMs: columns.timesMs.values.slice(),
    recordingOf: Int32Array.from(columns.recordingOf.values),
    recordings: recordings,
    longestSpanMs: Math.max(0, ...pipeline.spansMs),
  };
  return { dataset, rejected, firstReason, unlabelled };
}

/** A growing column of numbers. */
class Column {
  length = 0;
  #values = new Float64Array(1 << 12);

  get values(): Float64Array {
    return this.#values.subarray(0, this.length);
  }

  push(value: number): void {
    this.#reserve(1);
    this.#values[this.length++] = value;
  }

  append(values: ArrayLike<number>): void {
    this.#reserve(values.length);
    this.#values.set(values, this.length);
    this.length += values.length;
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#values.length) return;
    const grown = new Float64Array(Math.max(this.length + count, this.#values.length * 2));
    grown.set(this.values);
    this.#values = grown;
  }
}
