import { MangroveError } from "../kernel-as/errors.ts";
import { Forest } from "../kernel-as/host/forest.ts";
import type { Kernel } from "../kernel-as/host/kernel.ts";
import { trainForest, type TrainOptions } from "../kernel-as/host/train.ts";
import { binsOf } from "../kernel-as/model/feature-bins.ts";
import type { TrainingParameters } from "../kernel-as/model/training.ts";
import { probabilities } from "./probabilities.ts";
import { Ranking } from "./ranking.ts";
import { pickRows, type GivenRows } from "./rows.ts";
import type { Fold } from "./split.ts";

/** How a model did on the rows of a fold that it was not trained on. */
export interface FoldResult {
  /** That it was judged by. */
  readonly rows: number;
  /** The objective's, as {@link lossName} calls it; weighted, where rows have weights. */
  readonly loss: number;
  /** Of the rows that it learned from. */
  readonly trainLoss: number;
  /** Null where the objective is not binary:logistic, and where all rows have one label. */
  readonly auc: number | null;
  /** That it has: with early stopping, those up to the least loss. */
  readonly rounds: number;
}

export const lossName: Readonly<Record<TrainingParameters["objective"], "logloss" | "mlogloss" | "rmse">> = {
  "binary:logistic": "logloss",
  "multi:softprob": "mlogloss",
  "multi:softmax": "mlogloss",
  "reg:squarederror": "rmse",
};

/** Throws `MGV_TRAIN_DATA` for a fold whose rows to learn from are all of one class. */
export function checkClassesOf({ rows: { labels } }: GivenRows, folds: readonly Fold[], { objective }: TrainingParameters): void {
  if (objective === "reg:squarederror") return;
  folds.forEach(({ train }, i) => {
    if (train.some((row) => labels[row] !== labels[train[0]!])) return;
    throw new MangroveError("MGV_TRAIN_DATA", `In fold ${i + 1} of ${folds.length} all ${train.length} rows to learn from have the label ${labels[train[0]!]}: take fewer folds, or other ones that leave both sides several classes.`);
  });
}

/** Trains on one side of a fold and judges by the other. Throws what {@link trainForest} does. */
export async function fitFold(kernel: Kernel, given: GivenRows, { train, test }: Fold, parameters: TrainingParameters, options: TrainOptions): Promise<FoldResult> {
  const learned = pickRows(given, train);
  const validation = pickRows(given, test);
  const bins = binsOf(learned.features, given.width, { most: parameters.max_bin, categorical: given.categorical });
  const { forest, history } = await trainForest(kernel, { ...learned, bins, parameters, validation }, options);
  const rounds = forest.roundStarts.length - 1;
  const { loss, validationLoss } = history[Math.max(rounds, 1) - 1]!;
  using scorer = parameters.objective === "binary:logistic" ? new Forest(kernel, forest) : null;
  return { rows: test.length, loss: validationLoss!, trainLoss: loss, auc: scorer && new Ranking(validation.labels, probabilities(scorer, validation.features)).areas().auc, rounds };
}
