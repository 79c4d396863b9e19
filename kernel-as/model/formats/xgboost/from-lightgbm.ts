import { MangroveError } from "../../../errors.ts";
import { emptyTree, Missing, type ForestModel, type Objective, type Tree } from "../../forest.ts";
import { transformOf } from "../../objective.ts";
import { MOST_CATEGORIES } from "./category-sets.ts";
import { objectiveNamed } from "./objective-parameters.ts";
import { strictThreshold } from "./strict-threshold.ts";

/**
 * The forest of LightGBM in XGBoost's terms, node for node; a file numbers them anew. Every row of f32 values falls into the same leaves, only
 * must a category not be a fraction between -1 and 0, which LightGBM cuts to 0 and XGBoost takes for negative. Leaves are rounded to f32, in
 * which XGBoost also sums, so margins agree to that rounding only. Names stay where XGBoost can hold all of them.
 *
 * Throws `MGV_MODEL_CONVERT`, naming the tree, for what XGBoost has no counterpart of: linear leaves, averages, zeros that go their
 * own way, categories above 2^24, leaves beyond f32, and objectives with another way from margins to predictions.
 */
export function fromLightgbm(model: ForestModel): ForestModel {
  if (model.averaged && model.roundStarts.length > 2) refuse("The model is a random forest whose predictions are averages of its trees; XGBoost only sums, and a sum of divided leaves is another number");
  const { objective, baseScore } = objectiveOf(model);
  return {
    ...model,
    family: "xgboost",
    objective,
    featureNames: model.featureNames?.every(isName) ? model.featureNames : null,
    baseScores: Float32Array.of(baseScore),
    trees: model.trees.map(convert),
    averaged: false,
    categoryNames: model.categoryNames?.every(areCategories) ? model.categoryNames : null,
  };
}

/** XGBoost's own refusals. */
function isName(name: string): boolean {
  return !/[[\]<]/.test(name);
}

function areCategories(names: readonly unknown[] | null): boolean {
  return names === null || names.every((name) => typeof name === "string") || names.every((name) => Number.isSafeInteger(name));
}

/** The counterpart of an objective, and the base score whose margin is 0. */
function objectiveOf(model: ForestModel): { objective: Objective; baseScore: number } {
  const { objective, outputs } = model;
  const named = (name: string, baseScore: number) => ({ objective: objectiveNamed(name, outputs), baseScore });
  const transform = transformOf(model);
  const { sigmoid: steepness = "1" } = objective.parameters;
  if (transform === "sigmoid" && Number(steepness) === 1) return named(objective.name === "cross_entropy" || objective.name === "xentropy" ? "reg:logistic" : "binary:logistic", 0.5);
  if (transform === "softmax") return named("multi:softprob", 0);
  if (transform === "exp") return named(objective.name === "poisson" ? "count:poisson" : `reg:${objective.name}`, 1);
  if (transform === "identity") return named("reg:squarederror", 0);
  const parameters = Object.entries(objective.parameters).map(([key, value]) => (value === "" ? ` ${key}` : ` ${key}:${String(value)}`));
  return refuse(`XGBoost has no objective that makes the predictions of ${objective.name}${parameters.join("")}`);
}

function convert(tree: Tree, number: number): Tree {
  const nodes = tree.left.length;
  if (tree.linear) refuse(`Tree ${number} has leaves that are linear functions, which XGBoost has not`);
  const made = emptyTree(nodes, { output: tree.output, shrinkage: tree.shrinkage });
  for (let node = 0; node < nodes; node++) {
    made.cover[node] = tree.cover[node]!;
    made.gain[node] = tree.gain[node]!;
    made.value[node] = tree.value[node]!;
    if (tree.left[node] === -1) made.split[node] = made.value[node] = leaf(tree, node, number);
    else convertSplit(tree, node, number, made);
  }
  return { ...made, categories: tree.categories };
}

function leaf({ split }: Tree, node: number, number: number): number {
  const value = Math.fround(split[node]!);
  return Number.isFinite(value) === Number.isFinite(split[node]!) ? value : refuse(`A leaf of tree ${number} is ${split[node]}, which is beyond f32`);
}

/** Where XGBoost sends right what LightGBM sends left, the children change places. */
function convertSplit(tree: Tree, node: number, number: number, made: Tree): void {
  const set = tree.categories?.sets[tree.categories.of[node]!];
  const threshold = set ? null : strictThreshold(tree.split[node]!);
  const swapped = threshold === null;
  made.left[node] = swapped ? tree.right[node]! : tree.left[node]!;
  made.right[node] = swapped ? tree.left[node]! : tree.right[node]!;
  made.feature[node] = tree.feature[node]!;
  made.split[node] = threshold ?? (set ? 0 : -Infinity);
  const missingLeft = set ? false : missingGoesLeft(tree, node, number);
  made.defaultLeft[node] = missingLeft === swapped ? 0 : 1;
  if (set && set.subarray(MOST_CATEGORIES / 32).some((word) => word !== 0)) refuse(`Node ${node} of tree ${number} has a category above ${MOST_CATEGORIES}, where XGBoost's end`);
}

/** Whether LightGBM sends NaN to the left. */
function missingGoesLeft(tree: Tree, node: number, number: number): boolean {
  const zeroLeft = 0 <= tree.split[node]!;
  const byDefault = tree.defaultLeft[node] === 1;
  if (tree.missing[node] === Missing.none) return zeroLeft;
  if (tree.missing[node] === Missing.zero && zeroLeft !== byDefault) {
    refuse(`Node ${node} of tree ${number} takes zeros for missing values and sends them to the ${byDefault ? "left" : "right"}, away from their neighbours; XGBoost cannot`);
  }
  return byDefault;
}

function refuse(what: string): never {
  throw new MangroveError("MGV_MODEL_CONVERT", `${what}.`);
}
