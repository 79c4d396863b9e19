import type { Kernel } from "../../kernel-as/host/kernel.ts";
import type { TrainingParameters } from "../../kernel-as/model/training.ts";
import type { Fold } from "../../trainer/split.ts";
import { comparisonOf, type Comparison } from "./comparison.ts";
import type { Judged } from "./figures.ts";
import { predictedByPeers } from "./peers.ts";
import { predictedByUs, type Job, type Predicted, type QualityData } from "./task.ts";

/** One way to part the rows, by which learners are compared. */
export interface Experiment {
  readonly name: string;
  readonly title: string;
  /** The features that models read, by number. */
  readonly columns: readonly number[];
  /** The test rows of all folds of a trial are judged together: first the one that is shown, then the same by other chances, which tell how far a difference is luck. */
  readonly trials: readonly (readonly Fold[])[];
  /** The first trial is a draw like the others. */
  readonly allDrawn: boolean;
  /** For each row the number of the witness that it belongs to; null where they are too few for intervals. */
  readonly groupOf: Int32Array | null;
}

export interface CompareOptions {
  readonly kernel: Kernel;
  readonly parameters: TrainingParameters;
  /** One with LightGBM and XGBoost; null to go without them. */
  readonly python: string | null;
  readonly signal: AbortSignal;
  readonly onStep: (what: string) => void;
}

/** Trains every learner on the folds of an experiment and of its draws, and judges all by the same code. */
export async function compare(data: QualityData, experiment: Experiment, options: CompareOptions): Promise<Comparison> {
  const { name, title, columns, trials, allDrawn, groupOf } = experiment;
  const { kernel, parameters, python, signal, onStep } = options;
  const jobs = trials.flatMap((each, trial) => each.map(({ train, test }, i): Job => ({ name: `${trial}-${i}`, columns, train, test })));
  const task = { data, parameters, jobs };
  onStep(`${name}: ${jobs.length} models of each`);
  // they train in a process of their own, so both go on at once
  const [peers, ours] = await Promise.all([python === null ? [] : predictedByPeers(task, { kernel, python, signal }), predictedByUs(task, { kernel, signal })]);
  const judged = [["Mangrove", ours] as const, ...peers].map(([learner, predicted]) => {
    const left = [...predicted];
    return [learner, trials.map((each) => joined(data, each, left.splice(0, each.length), groupOf))] as const;
  });
  return comparisonOf(name, title, new Map(judged), { allDrawn });
}

/** The test rows of all folds, one behind the other. */
export function joined({ labels }: QualityData, folds: readonly Fold[], predicted: Predicted, groupOf: Int32Array | null): Judged {
  const rows = folds.flatMap(({ test }) => [...test]);
  return {
    labels: rows.map((row) => labels[row]!),
    probabilities: predicted.flatMap((each) => Array.from(each)),
    groups: groupOf && rows.map((row) => groupOf[row]!),
  };
}
