import type { Forest } from "../../kernel-as/host/forest.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import type { TrainingParameters } from "../../kernel-as/model/training.ts";
import { probabilities } from "../../trainer/probabilities.ts";
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

/** The same without rows to be judged by. */
export interface TrainingTask extends Omit<Task, "jobs"> {
  readonly jobs: readonly Omit<Job, "test">[];
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
  for (const job of jobs) {
    using forest = await trainedByUs(data, job, parameters, { kernel, signal });
    predicted.push(probabilities(forest, picked(data.features, data.width, job.test, job.columns)));
  }
  return predicted;
}

/** Trains the model of a job in the kernel. */
export async function trainedByUs({ features, learned = features, width, labels }: QualityData, { columns, train: rows }: Omit<Job, "test">, parameters: TrainingParameters, options: OurOptions): Promise<Forest> {
  const known = { rows: picked(learned, width, rows, columns), width: columns.length, labels: Float32Array.from(rows, (row) => labels[row]!) };
  return (await train(known, parameters, options)).forest;
}

/** Some rows' values of some features, row-major. */
export function picked(features: Float32Array, width: number, rows: Uint32Array, columns: readonly number[]): Float32Array<ArrayBuffer> {
  const values = new Float32Array(rows.length * columns.length);
  let at = 0;
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < columns.length; j++) values[at++] = features[rows[i]! * width + columns[j]!]!;
  }
  return values;
}
