import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { train, type TrainingParameters } from "../../../trainer/index.ts";
import type { DataSet } from "../../fixtures/data-sets.ts";
import type { PeerTask } from "./peers.ts";

/** XGBoost's names; `max_leaves`: by leaf in all three. */
export type Growth = Pick<TrainingParameters, "rounds" | "eta" | "lambda" | "min_child_weight" | "max_bin"> & Partial<Pick<TrainingParameters, "max_leaves" | "max_depth" | "base_score">>;

const lightgbmObjectives = { "binary:logistic": "binary", "multi:softprob": "multiclass", "reg:squarederror": "regression" } as const;

/** Bounds of categorical splits that LightGBM has by default. */
const MOST_CATEGORIES = 32;

/** What the peers are told for the data set, so that they grow as ours does. */
export function peerTask({ width, categorical, objective, classes, learned }: DataSet, growth: Growth, predicted: Float32Array): PeerTask {
  const { rounds, eta, lambda, min_child_weight, max_bin, max_leaves = 0, max_depth = 0, base_score = null } = growth;
  const multi = objective === "multi:softprob";
  const shared = { eta, max_bin, max_cat_threshold: MOST_CATEGORIES, ...(multi && { num_class: classes }) };
  // LightGBM's hessian of a softmax is p (1 - p) k / (k - 1), not 2 p (1 - p)
  const ofHessian = multi ? classes / (classes - 1) / 2 : 1;
  return {
    width,
    categorical,
    learned,
    predicted,
    rounds,
    xgboost: { ...shared, objective, lambda, min_child_weight, max_depth, max_leaves, grow_policy: max_leaves > 0 ? "lossguide" : "depthwise", ...(base_score !== null && { base_score }) },
    lightgbm: {
      ...shared,
      objective: lightgbmObjectives[objective],
      lambda_l2: lambda * ofHessian,
      min_sum_hessian_in_leaf: min_child_weight * ofHessian,
      num_leaves: max_leaves > 0 ? max_leaves : 2 ** max_depth,
      max_depth: max_depth > 0 ? max_depth : -1,
      min_data_in_leaf: 0,
      min_data_in_bin: 1,
      feature_pre_filter: false,
      ...(base_score !== null && { boost_from_average: false }),
    },
  };
}

/** Margins of rows by our own training. */
export async function ourMargins(kernel: Kernel, { width, categorical, objective, classes, learned }: DataSet, parameters: Partial<TrainingParameters>, predicted: Float32Array): Promise<Float32Array> {
  const data = { rows: learned.features, width, labels: learned.labels, categorical, ...(learned.weights && { weights: learned.weights }) };
  const { forest } = await train(data, { objective, num_class: objective === "multi:softprob" ? classes : 0, ...parameters }, { kernel });
  using trained = forest;
  return trained.margins(predicted) as Float32Array;
}
