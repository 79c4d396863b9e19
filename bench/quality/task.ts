import { exp } from "../../kernel-as/assembly/math.ts";
import type { Forest } from "../../kernel-as/host/forest.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import type { TrainingParameters } from "../../kernel-as/model/training.ts";
import { train } from "../../trainer/train.ts";

/** Rows that models are trained on and judged by. */
export interface QualityData {
  /** Row-major f32 [rows][width]. */
  readonly features: Float32Array;
  /** The same as models learn it, where that is not what they are judged by. */
  readonly learned?: Float32Array;
  readonly width: number;
  /** 0 or 1. */
  readonly labels: Float32Array;
}

/** A model to be trained, and the rows that it is judged by. */
export interface Job {
  /** No other job of the task has it. */
  readonly name: string;
  /** The features that it reads, by number. */
  readonly columns: readonly number[];
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** The same for every learner. */
export interface Task {
  readonly data: QualityData;
  readonly parameters: TrainingParameters;
  readonly jobs: readonly Job[];
}

/** For each job the probabilities of its test rows. */
export type Predicted = readonly ArrayLike<number>[];

interface OurOptions {
  readonly kernel: Kernel;
  readonly signal: AbortSignal;
}

/** Trains a model for each job in the kernel. */
export async function predictedByUs({ data, parameters, jobs }: Task, { kernel, signal }: OurOptions): Promise<Predicted> {
  const predicted: ArrayLike<number>[] = [];
  const { features, learned = features, width, labels } = data;
  for (const { columns, train: rows, test } of jobs) {
    const known = { rows: picked(learned, width, rows, columns), width: columns.length, labels: Float32Array.from(rows, (row) => labels[row]!) };
    using forest = (await train(known, parameters, { kernel, signal })).forest;
    predicted.push(probabilities(forest, picked(features, width, test, columns)));
  }
  return predicted;
}

/**
 * Probabilities of a binary forest in f64, whosever it is. A model that is sure of most rows, as one of this recording is, has margins above 17: in f32, as XGBoost gives them, all these probabilities are 1, and their order is lost to the AUC.
 */
export function probabilities(forest: Forest, rows: Float32Array): Float64Array {
  return Float64Array.from(forest.margins(rows), (margin) => 1 / (1 + exp(-margin)));
}

/** Some rows' values of some features, row-major. */
export function picked(features: Float32Array, width: number, rows: Uint32Array, columns: readonly number[]): Float32Array<ArrayBuffer> {
  const values = new Float32Array(rows.length * columns.length);
  rows.forEach((row, i) => columns.forEach((column, j) => (values[i * columns.length + j] = features[row * width + column]!)));
  return values;
}
