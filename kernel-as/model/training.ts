import type { FeatureBins } from "./feature-bins.ts";

/** Names and meanings are XGBoost's; those that only LightGBM has are its own. */
export interface TrainingParameters {
  readonly objective: "binary:logistic" | "multi:softprob" | "multi:softmax" | "reg:squarederror";
  /** Classes of multi:softprob and multi:softmax, labelled 0…num_class - 1; 0 for the others. */
  readonly num_class: number;
  /** Trees, for each class. */
  readonly rounds: number;
  /** Ends the training when the validation loss has not fallen for so many rounds; 0: never. */
  readonly early_stopping_rounds: number;
  /** Which leaf is split next: the one of the lowest depth, or the one that gains most. */
  readonly grow_policy: "depthwise" | "lossguide";
  /** Levels of splits; 0: no limit. */
  readonly max_depth: number;
  /** Leaves of a tree; 0: no limit. */
  readonly max_leaves: number;
  /** What a tree's leaves are multiplied by. */
  readonly eta: number;
  /** L2 penalty on leaf values. */
  readonly lambda: number;
  /** L1 penalty on leaf values. */
  readonly alpha: number;
  /** What a split must gain at least. */
  readonly gamma: number;
  /** The least sum of hessians on either side of a split. */
  readonly min_child_weight: number;
  /** The least number of rows on either side of a split. */
  readonly min_data_in_leaf: number;
  /** The largest leaf value before eta; 0: no limit. */
  readonly max_delta_step: number;
  /** Share of the rows that a round's trees learn from. */
  readonly subsample: number;
  /** How they are chosen: by chance, or by gradient (GOSS), which keeps all of `top_rate` and `other_rate` of all rows from the rest. */
  readonly sampling_method: "uniform" | "goss";
  readonly top_rate: number;
  readonly other_rate: number;
  /** Share of the features that a tree, and that a node may be split by. */
  readonly colsample_bytree: number;
  readonly colsample_bynode: number;
  /** Weight of rows with label 1, of binary:logistic. */
  readonly scale_pos_weight: number;
  /** The prediction before any tree: a probability, a value; null: the mean of the labels (0.5 for several classes). */
  readonly base_score: number | null;
  /** For each feature 1: predictions never fall where it rises, -1: never rise, 0: as it comes. */
  readonly monotone_constraints: readonly number[] | null;
  /** Sets of features, by number: only features of one set may stand on a path together. */
  readonly interaction_constraints: readonly (readonly number[])[] | null;
  /** Bins of a feature, 2…255, missing values not counted. */
  readonly max_bin: number;
  /** Up to so many categories are split off one by one. */
  readonly max_cat_to_onehot: number;
  /** Most categories of a split. */
  readonly max_cat_threshold: number;
  /** Added to a category's hessian where categories are ordered. Those of fewer rows in a node, about, are not split off there. */
  readonly cat_smooth: number;
  /** Added to lambda where several categories are split off, in the search and in the weights of both sides. */
  readonly cat_l2: number;
  /** Histograms of whole numbers: faster, and the same model whatever the order of rows. */
  readonly quantized: boolean;
  readonly seed: number;
}

export const defaultParameters: TrainingParameters = {
  objective: "binary:logistic",
  num_class: 0,
  rounds: 100,
  early_stopping_rounds: 0,
  grow_policy: "depthwise",
  max_depth: 5,
  max_leaves: 0,
  eta: 0.1,
  lambda: 1,
  alpha: 0,
  gamma: 0,
  min_child_weight: 1,
  min_data_in_leaf: 0,
  max_delta_step: 0,
  subsample: 1,
  sampling_method: "uniform",
  top_rate: 0.2,
  other_rate: 0.1,
  colsample_bytree: 1,
  colsample_bynode: 1,
  scale_pos_weight: 1,
  base_score: null,
  monotone_constraints: null,
  interaction_constraints: null,
  max_bin: 255,
  max_cat_to_onehot: 4,
  max_cat_threshold: 32,
  cat_smooth: 10,
  cat_l2: 10,
  quantized: true,
  seed: 0,
};

/** Rows with what is to be learned of them. */
export interface LabelledRows {
  /** Row-major [rows][features], NaN where missing; a category is its code, a whole number from 0 on. */
  readonly features: Float32Array;
  /** 0 or 1, the class, or the value of each row. */
  readonly labels: Float32Array;
  /** Above 0; all 1 where there are none. */
  readonly weights?: Float32Array | null;
  /** [rows][outputs]: what trees are added to, in place of the base score's margin. */
  readonly margins?: Float32Array | null;
}

export interface TrainingInput extends LabelledRows {
  /** The bins of each feature: see {@link binsOf}. */
  readonly bins: readonly FeatureBins[];
  readonly parameters: TrainingParameters;
  /** Of the model whose trees these stand behind; 0 where there is none. What is drawn by chance goes by the number of the round. */
  readonly roundsBefore?: number;
  /** Rows that are not learned from, whose loss is told after each round. */
  readonly validation?: LabelledRows | null;
}

/** Margins a row. */
export function outputsOf({ objective, num_class }: TrainingParameters): number {
  return objective.startsWith("multi:") ? num_class : 1;
}

/** The base score that a training begins with: the given one, or the weighted mean of the labels, within what the objective allows. */
export function baseScoreFor({ labels, weights }: LabelledRows, { objective, base_score }: TrainingParameters): number {
  if (base_score !== null) return base_score;
  if (objective.startsWith("multi:")) return 0.5;
  let [sum, total] = [0, 0];
  for (let row = 0; row < labels.length; row++) {
    const weight = weights?.[row] ?? 1;
    sum += labels[row]! * weight;
    total += weight;
  }
  const mean = Math.fround(sum / total);
  return objective === "binary:logistic" ? Math.min(Math.max(mean, 1e-6), 1 - 1e-6) : mean;
}

/** The most leaves that a tree can have: by its limits, and one row in each. */
export function mostLeaves({ max_depth, max_leaves }: TrainingParameters, rows: number): number {
  return Math.max(1, Math.min(max_leaves || Infinity, max_depth === 0 ? Infinity : 2 ** max_depth, rows));
}
