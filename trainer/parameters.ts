import { MangroveError } from "../kernel-as/errors.ts";
import { didYouMean } from "../kernel-as/nearest.ts";
import { defaultParameters, type TrainingParameters } from "../kernel-as/model/training.ts";

type Name = keyof TrainingParameters;

export interface ParameterInfo {
  readonly name: Name;
  /** Other names of XGBoost and LightGBM for the same. */
  readonly aliases: readonly string[];
  /** What stands for the value in a help text. */
  readonly value: string;
  readonly help: string;
}

/** All parameters of a training, in the order in which a help text shows them. */
export const parameterTable: readonly ParameterInfo[] = [
  { name: "objective", aliases: ["application", "loss"], value: "NAME", help: "binary:logistic, multi:softprob, multi:softmax or reg:squarederror" },
  { name: "num_class", aliases: ["num_classes"], value: "N", help: "classes of multi:…" },
  { name: "rounds", aliases: ["num_boost_round", "num_iterations", "num_iteration", "n_estimators", "num_round", "num_rounds", "num_trees", "nrounds", "n_iter", "max_iter"], value: "N", help: "trees, for each class" },
  { name: "early_stopping_rounds", aliases: ["early_stopping_round", "early_stopping", "n_iter_no_change"], value: "N", help: "stop when the validation loss has not fallen for so many rounds" },
  { name: "grow_policy", aliases: [], value: "NAME", help: "depthwise, or lossguide: the leaf that gains most is split next" },
  { name: "max_depth", aliases: [], value: "N", help: "levels of splits; 0: no limit" },
  { name: "max_leaves", aliases: ["num_leaves", "num_leaf", "max_leaf", "max_leaf_nodes"], value: "N", help: "leaves of a tree; 0: no limit. Makes trees grow by leaf" },
  { name: "eta", aliases: ["learning_rate", "shrinkage_rate"], value: "X", help: "what a tree's leaves are multiplied by" },
  { name: "lambda", aliases: ["reg_lambda", "lambda_l2", "l2_regularization"], value: "X", help: "L2 penalty on leaf values" },
  { name: "alpha", aliases: ["reg_alpha", "lambda_l1", "l1_regularization"], value: "X", help: "L1 penalty on leaf values" },
  { name: "gamma", aliases: ["min_split_loss", "min_split_gain", "min_gain_to_split"], value: "X", help: "what a split must gain at least" },
  { name: "min_child_weight", aliases: ["min_sum_hessian_in_leaf", "min_sum_hessian_per_leaf", "min_sum_hessian", "min_hessian"], value: "X", help: "least sum of hessians on a side of a split" },
  { name: "min_data_in_leaf", aliases: ["min_data_per_leaf", "min_data", "min_child_samples", "min_samples_leaf"], value: "N", help: "least rows on a side of a split" },
  { name: "max_delta_step", aliases: ["max_tree_output", "max_leaf_output"], value: "X", help: "largest leaf value; 0: no limit" },
  { name: "subsample", aliases: ["bagging_fraction", "bagging", "sub_row"], value: "X", help: "share of the rows that a round learns from" },
  { name: "sampling_method", aliases: ["data_sample_strategy"], value: "NAME", help: "uniform, or goss: by gradient" },
  { name: "top_rate", aliases: [], value: "X", help: "goss: share of the rows that are kept for their large gradients" },
  { name: "other_rate", aliases: [], value: "X", help: "goss: share of the rows that are drawn from the others" },
  { name: "colsample_bytree", aliases: ["feature_fraction", "sub_feature"], value: "X", help: "share of the features that a tree may use" },
  { name: "colsample_bynode", aliases: ["feature_fraction_bynode", "sub_feature_bynode"], value: "X", help: "share of those that a node may be split by" },
  { name: "scale_pos_weight", aliases: [], value: "X", help: "weight of rows with label 1" },
  { name: "base_score", aliases: ["init_score"], value: "X", help: "the prediction before any tree (the labels' mean)" },
  { name: "monotone_constraints", aliases: ["mc", "monotone_constraint", "monotonic_cst"], value: "LIST", help: "a list of 1, 0 and -1, one for each feature: how predictions go with it" },
  { name: "interaction_constraints", aliases: [], value: "LISTS", help: "lists of feature numbers that may stand on a path together: [[0,1],[2]]" },
  { name: "max_bin", aliases: ["max_bins"], value: "N", help: "bins of a feature, at most 255" },
  { name: "max_cat_to_onehot", aliases: [], value: "N", help: "up to so many categories are split off one by one" },
  { name: "max_cat_threshold", aliases: [], value: "N", help: "most categories of a split" },
  { name: "cat_smooth", aliases: [], value: "X", help: "added to a category's hessian where categories are ordered; those of fewer rows in a node are not split off" },
  { name: "cat_l2", aliases: [], value: "X", help: "added to lambda where several categories are split off" },
  { name: "quantized", aliases: ["use_quantized_grad"], value: "BOOL", help: "false: sums of f32 gradients instead of whole numbers; slower" },
  { name: "seed", aliases: ["random_state", "random_seed"], value: "N", help: "of sampling and rounding" },
];

const canonical = new Map<string, Name>(parameterTable.flatMap(({ name, aliases }) => [name, ...aliases].map((each) => [each, name])));

const objectives: Readonly<Record<string, TrainingParameters["objective"]>> = {
  binary: "binary:logistic",
  "reg:logistic": "binary:logistic",
  multiclass: "multi:softprob",
  softmax: "multi:softprob",
  regression: "reg:squarederror",
  regression_l2: "reg:squarederror",
  l2: "reg:squarederror",
  mse: "reg:squarederror",
  "reg:linear": "reg:squarederror",
  squared_error: "reg:squarederror",
};

/** Words that a parameter may have, with those of LightGBM for the same. */
const words: Partial<Readonly<Record<Name, Readonly<Record<string, string>>>>> = {
  objective: { ...Object.fromEntries(["binary:logistic", "multi:softprob", "multi:softmax", "reg:squarederror"].map((each) => [each, each])), ...objectives },
  grow_policy: { depthwise: "depthwise", lossguide: "lossguide", leafwise: "lossguide" },
  sampling_method: { uniform: "uniform", bagging: "uniform", goss: "goss" },
};

/** The parameter that has this name, or this other one. Throws `MGV_TRAIN_PARAMETER` with the nearest. */
export function parameterName(as: string): Name {
  const name = canonical.get(as);
  if (name !== undefined) return name;
  throw new MangroveError("MGV_TRAIN_PARAMETER", `There is no parameter "${as}".${didYouMean(as, canonical.keys())} The parameters are ${parameterTable.map((each) => each.name).join(", ")}.`);
}

/** Parameters as a user gives them: by XGBoost's names or LightGBM's. */
export type GivenParameters = Partial<TrainingParameters> | Readonly<Record<string, unknown>>;

/**
 * All parameters: those that are given, by any of their names, and our defaults. `max_leaves` alone makes trees grow by leaf with no limit of depth. Throws `MGV_TRAIN_PARAMETER` for a name that
 * is unknown, with the nearest, for one given twice with different values, and for a value of another type; ranges are looked at when the training begins.
 */
export function trainingParameters(given: GivenParameters, defaults: TrainingParameters = defaultParameters): TrainingParameters {
  const named = new Map<Name, { as: string; value: unknown }>();
  for (const [as, raw] of Object.entries(given)) {
    if (raw === undefined) continue;
    const name = parameterName(as);
    const value = valueOf(name, as, raw);
    const before = named.get(name);
    if (before && JSON.stringify(before.value) !== JSON.stringify(value)) {
      throw new MangroveError("MGV_TRAIN_PARAMETER", `${before.as} is ${String(before.value)} and ${as} is ${String(value)}, but they are two names of the same: give one of them.`);
    }
    named.set(name, { as, value });
  }
  const has = (name: Name) => named.has(name);
  const chosen = Object.fromEntries([...named].map(([name, { value }]) => [name, value])) as Partial<TrainingParameters>;
  const byLeaf = has("max_leaves") && chosen.max_leaves !== 0;
  const growth: Partial<TrainingParameters> = {
    ...(byLeaf && !has("grow_policy") && { grow_policy: "lossguide" }),
    ...(byLeaf && !has("max_depth") && { max_depth: 0 }),
    ...(chosen.grow_policy === "lossguide" && !has("max_leaves") && chosen.max_depth === 0 && { max_leaves: 31 }),
  };
  return { ...defaults, ...growth, ...chosen };
}

function valueOf(name: Name, as: string, raw: unknown): unknown {
  const fail = (wanted: string): never => {
    throw new MangroveError("MGV_TRAIN_PARAMETER", `${as} is ${JSON.stringify(raw)}; it must be ${wanted}.`);
  };
  const known = words[name];
  if (known) {
    if (typeof raw === "string" && Object.hasOwn(known, raw)) return known[raw];
    return fail(`one of ${[...new Set(Object.values(known))].join(", ")}.${didYouMean(String(raw), Object.keys(known))}`.replace(/\.$/, ""));
  }
  if (name === "quantized") return typeof raw === "boolean" ? raw : fail("true or false");
  if (name === "monotone_constraints") return raw === null || isNumbers(raw) ? raw : fail("a list of 1, 0 and -1");
  if (name === "interaction_constraints") return raw === null || (Array.isArray(raw) && raw.every(isNumbers)) ? raw : fail("a list of lists of feature numbers");
  if (name === "base_score" && raw === null) return raw;
  if (typeof raw !== "number") return fail("a number");
  return name === "max_depth" && raw === -1 ? 0 : raw; // LightGBM's way to say that there is no limit
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => typeof each === "number");
}

/** A parameter from the command line: JSON where the words are no name. */
export function parameterFromText(name: Name, text: string): unknown {
  if (words[name]) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
