import { sharedKernel, type Kernel } from "../kernel-as/host/kernel.ts";
import type { TrainingParameters } from "../kernel-as/model/training.ts";
import { mustTake } from "../kernel-as/options.ts";
import { checkClassesOf, fitFold, lossName, type FoldResult } from "./fit-fold.ts";
import { checkFolds, foldsOf } from "./folds.ts";
import { trainingParameters, type GivenParameters } from "./parameters.ts";
import { labelledRows, type GivenRows, type TrainData } from "./rows.ts";
import type { Fold } from "./split.ts";

export interface CrossValidationProgress {
  /** From 1 on. */
  readonly fold: number;
  readonly ofFolds: number;
  readonly round: number;
  readonly ofRounds: number;
  /** At the pace so far, if all rounds are run. */
  readonly remainingMs: number;
}

export interface Folding {
  /** How many folds (5), or the folds themselves, as rows by number. */
  readonly folds?: number | readonly Fold[];
  /** What is never parted, in place of the data's own groups. */
  readonly groups?: TrainData["groups"];
}

export interface CrossValidationSettings extends Folding {
  /** Of the assignment to folds (0). */
  readonly seed?: number;
  /** Threads that look for splits (1). Nothing depends on it but time. */
  readonly workers?: number;
  readonly kernel?: Kernel;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CrossValidationProgress) => void;
  /** Milliseconds, for the time that remains. */
  readonly now?: () => number;
}

export interface Spread {
  readonly mean: number;
  /** Of the sample; 0 of one alone. */
  readonly sd: number;
}

export interface CrossValidation {
  readonly metric: (typeof lossName)[keyof typeof lossName];
  readonly folds: readonly FoldResult[];
  readonly loss: Spread;
  /** Of the folds that have one; null where none has. */
  readonly auc: Spread | null;
  /** To train all rows with: the mean of the folds' with early stopping, else the given ones. */
  readonly rounds: number;
}

const words = ["folds", "groups", "seed", "workers", "kernel", "signal", "onProgress", "now"] satisfies (keyof CrossValidationSettings)[];

/**
 * Trains once for each fold on the other folds' rows, and judges by the fold's. With groups, whole groups are on one side; without, rows are taken to know nothing of each other, which those of a
 * stream do: give them groups, or folds in blocks of time. With `early_stopping_rounds` each fold ends at its own best round, which flatters its loss a little, as it does in XGBoost's `cv`. Costs as much as
 * as many trainings as there are folds; each takes its memory when its turn comes. Throws `MGV_TRAIN_DATA`, `MGV_TRAIN_PARAMETER`, `MGV_ARGUMENT`, and the signal's reason when it is aborted.
 */
export async function crossValidate(data: TrainData, parameters: GivenParameters = {}, settings: CrossValidationSettings = {}): Promise<CrossValidation> {
  mustTake("A cross-validation", settings, words);
  const { signal, onProgress, now = () => performance.now(), seed = 0, workers = 1 } = settings;
  const chosen = trainingParameters(parameters);
  const { given, folds } = folded(data, chosen, settings, seed);
  const kernel = settings.kernel ?? (await sharedKernel());
  const startedMs = now();
  const results: FoldResult[] = [];
  for (const [i, fold] of folds.entries()) {
    const onRound = ({ round }: { round: number }) => {
      const done = i + round / chosen.rounds;
      onProgress?.({ fold: i + 1, ofFolds: folds.length, round, ofRounds: chosen.rounds, remainingMs: ((now() - startedMs) / done) * (folds.length - done) });
    };
    results.push(await fitFold(kernel, given, fold, chosen, { onRound, workers, ...(signal && { signal }) }));
  }
  return together(results, chosen);
}

/** The data as rows, and its folds, checked. */
export function folded(data: TrainData, parameters: TrainingParameters, { folds = 5, groups }: Folding, seed: number): { given: GivenRows; folds: readonly Fold[] } {
  const given = labelledRows(groups ? { ...data, groups } : data);
  const made = typeof folds === "number" ? foldsOf(given, parameters, { folds, seed }) : folds;
  if (made === folds) checkFolds(made, given.rows.labels.length);
  checkClassesOf(given, made, parameters);
  return { given, folds: made };
}

export function together(folds: readonly FoldResult[], { objective, early_stopping_rounds, rounds }: TrainingParameters): CrossValidation {
  const areas = folds.flatMap(({ auc }) => auc ?? []);
  return {
    metric: lossName[objective],
    folds,
    loss: spread(folds.map(({ loss }) => loss)),
    auc: areas.length === 0 ? null : spread(areas),
    rounds: early_stopping_rounds > 0 ? Math.max(1, Math.round(spread(folds.map((fold) => fold.rounds)).mean)) : rounds,
  };
}

function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const squares = values.reduce((sum, x) => sum + (x - mean) * (x - mean), 0);
  return { mean, sd: values.length === 1 ? 0 : Math.sqrt(squares / (values.length - 1)) };
}
