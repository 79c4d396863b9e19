import type { Kernel } from "../kernel-as/host/kernel.ts";
import type { Batch } from "../engine/batch.ts";
import { Decoder } from "../engine/decode/decoder.ts";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import type { Source } from "../engine/source/source.ts";
import { DatasetBuilder } from "./dataset-builder.ts";
import type { TrainedOnReadings } from "./readings-hash.ts";

/** Labelled readings as a model sees them, in the order of their arrival. */
export interface Dataset {
  /** What a label of 1 is called: `fire`. */
  readonly event: string;
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

/** Readings as columns, in the order of their arrival; those of the history need no text. Valid until the next ones are asked for. */
export type LabelledBatch = Pick<Batch, "count" | "sensors" | "names" | "timesMs" | "labels" | "columns">;

/** What became of the records that were read. */
export interface DatasetReport {
  readonly dataset: Dataset;
  /** All readings that were seen, also those without a label. */
  readonly readings: TrainedOnReadings;
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
  using builder = new DatasetBuilder(kernel, pipeline);
  using resources = new DisposableStack();
  let decoder: Decoder | null = null;
  for await (const { format, records } of source.read(signal)) {
    decoder ??= resources.use(new Decoder(kernel, pipeline.schema, format));
    const { batch, deadLetters } = decoder.decode(records);
    builder.reject(deadLetters);
    builder.add(batch);
  }
  signal.throwIfAborted();
  return builder.end();
}

/** The same of readings that are columns already. The same readings give the same dataset, whichever way they came. */
export async function datasetOf(kernel: Kernel, pipeline: Pipeline, batches: AsyncIterable<LabelledBatch>, signal: AbortSignal = new AbortController().signal): Promise<DatasetReport> {
  using builder = new DatasetBuilder(kernel, pipeline);
  for await (const batch of batches) {
    signal.throwIfAborted();
    builder.add(batch);
  }
  return builder.end();
}
