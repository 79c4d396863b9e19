import { MangroveError } from "../errors.ts";
import type { ForestModel, Tree } from "./forest.ts";
import { transformOf } from "./objective.ts";

/** More outputs than any use; a file that claims more is broken. */
const MOST_OUTPUTS = 65_536;

/** A row must fit into one block of kernel memory, less than 1 GiB. */
const MOST_FEATURES = { xgboost: 2 ** 28 - 16, lightgbm: 2 ** 27 - 8 } as const;

/**
 * Throws `MGV_MODEL_FORMAT`, with the tree and the node, unless every walk through every tree ends in a leaf without leaving an array:
 * arrays of one length, children in range, each node the child of at most one other, features, outputs and sets there, no NaN where a number must be. Throws
 * `MGV_MODEL_UNSUPPORTED` for an unknown objective. Linear in the size of the model.
 */
export function checkForest(model: ForestModel): ForestModel {
  const { outputs, trees, roundStarts, baseScores } = model;
  const { family, featureCount, featureNames } = model;
  if (!Number.isInteger(featureCount) || featureCount < 0 || featureCount > MOST_FEATURES[family]) broken(`it has ${featureCount} features; ${MOST_FEATURES[family]} are the most`);
  if (featureNames !== null && featureNames.length !== featureCount) broken(`it has ${featureNames.length} names for ${featureCount} features`);
  if (!Number.isInteger(outputs) || outputs < 1 || outputs > MOST_OUTPUTS) broken(`it has ${outputs} outputs`);
  if (baseScores.length !== outputs && baseScores.length !== (family === "xgboost" ? 1 : 0)) broken(`it has ${baseScores.length} base scores for ${outputs} outputs`);
  baseScores.forEach((score) => Number.isFinite(score) || broken(`a base score is ${score}`));
  if (roundStarts[0] !== 0 || roundStarts.at(-1) !== trees.length) broken(`its rounds do not cover its ${trees.length} trees`);
  for (let round = 1; round < roundStarts.length; round++) if (roundStarts[round]! < roundStarts[round - 1]!) broken(`round ${round} begins before round ${round - 1}`);
  transformOf(model);
  trees.forEach((tree, number) => checkTree(model, tree, number));
  return model;
}

function checkTree(model: ForestModel, tree: Tree, number: number): void {
  const { left, right, split, categories } = tree;
  const nodes = left.length;
  const fail = (what: string): never => broken(`tree ${number}: ${what}`);
  if (nodes === 0) fail("it has no node");
  checkLengths(model, tree, fail);
  if (!Number.isInteger(tree.output) || tree.output >= model.outputs || tree.output < 0) fail(`it adds to output ${tree.output} of ${model.outputs}`);
  if (!Number.isFinite(tree.weight)) fail(`its weight is ${tree.weight}`);
  const hasParent = new Uint8Array(nodes);
  const open = [0];
  while (open.length > 0) {
    const node = open.pop()!;
    if (left[node] === -1) {
      checkLeaf(model, tree, node, fail);
      continue;
    }
    if (tree.feature[node]! >= model.featureCount) fail(`node ${node} reads feature ${tree.feature[node]}, the model has ${model.featureCount}`);
    const set = categories === null ? -1 : categories.of[node]!;
    if (set < -1 || set >= (categories?.sets.length ?? 0)) fail(`node ${node} asks for category set ${set}`);
    if (set < 0 && Number.isNaN(split[node])) fail(`the threshold of node ${node} is not a number`);
    if (tree.missing[node]! > 2) fail(`node ${node} has missing type ${tree.missing[node]}`);
    for (const child of [left[node]!, right[node]!]) {
      if (child <= 0 || child >= nodes) fail(`node ${node} has child ${child} of ${nodes} nodes`);
      if (hasParent[child] === 1) fail(`node ${child} has two parents`);
      hasParent[child] = 1;
      open.push(child);
    }
  }
}

function checkLengths({ outputs }: ForestModel, tree: Tree, fail: (what: string) => never): void {
  const { left, vectors, categories, linear } = tree;
  const { right, feature, split, defaultLeft, missing, gain, cover, count } = tree;
  const arrays = { right, feature, split, defaultLeft, missing, gain, cover, count, categories: categories?.of, constants: linear?.constant, linear: linear?.features, coefficients: linear?.coefficients };
  for (const [name, array] of Object.entries(arrays)) {
    if (array && array.length !== left.length) fail(`${name} has ${array.length} elements for ${left.length} nodes`);
  }
  const values = left.length * (vectors === null ? 1 : outputs);
  if (tree.value.length !== values || (vectors?.length ?? values) !== values) fail(`it has not ${values} values for ${left.length} nodes`);
}

function checkLeaf({ featureCount, outputs }: ForestModel, tree: Tree, leaf: number, fail: (what: string) => never): void {
  const { vectors, linear } = tree;
  if (vectors === null && Number.isNaN(tree.split[leaf])) fail(`the value of leaf ${leaf} is not a number`);
  if (vectors?.subarray(leaf * outputs, (leaf + 1) * outputs).some((value) => Number.isNaN(value))) fail(`a value of leaf ${leaf} is not a number`);
  if (linear === null) return;
  const features = linear.features[leaf] ?? null;
  if (Number.isNaN(linear.constant[leaf])) fail(`the constant of leaf ${leaf} is not a number`);
  if (features === null || linear.coefficients[leaf]?.length !== features.length) return fail(`leaf ${leaf} has not as many coefficients as features`);
  features.forEach((feature) => feature < featureCount || fail(`leaf ${leaf} reads feature ${feature}, the model has ${featureCount}`));
  linear.coefficients[leaf]?.forEach((value) => Number.isNaN(value) && fail(`a coefficient of leaf ${leaf} is not a number`));
}

function broken(what: string): never {
  throw new MangroveError("MGV_MODEL_FORMAT", `The model is broken: ${what}.`);
}
