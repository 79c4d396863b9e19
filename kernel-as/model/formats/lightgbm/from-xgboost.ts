import { MangroveError } from "../../../errors.ts";
import { baseMargins, transformOf } from "../../objective.ts";
import { emptyTree, Missing, type CategorySplits, type ForestModel, type Objective, type Tree } from "../../forest.ts";
import { modelKeys, placedKeys, sectionKeys } from "./keys.ts";
import { atMost } from "./threshold.ts";

/** XGBoost knows no categories from here on. */
const MOST_CATEGORIES = 2 ** 24;

/**
 * The forest of XGBoost in LightGBM's terms. Every row falls into the same leaves, leaf j of a tree being the j-th by XGBoost's node
 * number, with two exceptions that LightGBM cannot be told out of: it reads numbers of magnitude 1e-35f and below as 0, and cuts the
 * f64 of a category, not its f32, so categories must be whole numbers. Sums are taken in f64, so margins agree to f32 rounding only.
 *
 * Trees stand round by round with one for each output, in the order of their output; where an output has fewer, trees of one leaf, 0, fill
 * up. Base margins are in the first trees, DART weights in the leaves. Counts are rounded covers. Of names, spaces become `_`
 * as LightGBM has it; of attributes, those stay that fit a line. Throws `MGV_MODEL_CONVERT` for what LightGBM has no
 * counterpart of.
 */
export function lightgbmFromXgboost(model: ForestModel): ForestModel {
  const { outputs, trees, attributes } = model;
  const objective = objectiveOf(model);
  const bases = baseMargins(model);
  const byOutput: Tree[][] = Array.from({ length: outputs }, () => []);
  for (const [number, tree] of trees.entries()) {
    const added = byOutput[tree.output]!;
    added.push(convert(tree, number, added.length === 0 ? bases[tree.output]! : 0));
  }
  const rounds = Math.max(1, ...byOutput.map((added) => added.length));
  for (const [output, added] of byOutput.entries()) while (added.length < rounds) added.push(constant(output, added.length === 0 ? bases[output]! : 0));
  return {
    ...model,
    family: "lightgbm",
    objective,
    featureNames: withoutSpaces(model.featureNames),
    featureTypes: null,
    baseScores: new Float32Array(0),
    trees: Array.from({ length: rounds }, (_, round) => byOutput.map((added) => added[round]!)).flat(),
    roundStarts: Uint32Array.from({ length: rounds + 1 }, (_, round) => round * outputs),
    attributes: Object.fromEntries(Object.entries(attributes).filter(([key, value]) => fitsLine(key, value))),
  };
}

function objectiveOf(model: ForestModel): Objective {
  const { objective, outputs } = model;
  const transform = transformOf(model);
  const several = outputs > 1;
  if (transform === "softmax") return { name: "multiclass", parameters: { num_class: String(outputs) } };
  if (transform === "sigmoid" && several) return { name: "multiclassova", parameters: { num_class: String(outputs), sigmoid: "1" } };
  if (objective.name === "binary:logistic") return { name: "binary", parameters: { sigmoid: "1" } };
  if (transform === "sigmoid") return { name: "cross_entropy", parameters: {} };
  if (transform === "identity") return { name: several ? "custom" : "regression", parameters: {} };
  const logarithmic = /^(?:count:(poisson)|reg:(gamma)|reg:(tweedie))$/.exec(objective.name)?.slice(1).find(Boolean);
  if (logarithmic !== undefined && !several) return { name: logarithmic, parameters: {} };
  return refuse(`the objective ${objective.name} with ${outputs} outputs`);
}

function constant(output: number, value: number): Tree {
  const tree = emptyTree(1, { family: "lightgbm", output });
  tree.split[0] = tree.value[0] = value;
  return tree;
}

/** Inner nodes and leaves that the root leads to, each in the order of their numbers; `base` is added to what they answer. */
function convert(tree: Tree, number: number, base: number): Tree {
  if (tree.vectors !== null) refuse(`tree ${number}, whose leaves add to every output`);
  const order = fromRootDown(tree);
  const inner = order.filter((node) => tree.left[node] !== -1).sort((a, b) => a - b);
  const leaves = order.filter((node) => tree.left[node] === -1).sort((a, b) => a - b);
  const numbers = new Int32Array(tree.left.length);
  for (const [place, node] of [...inner, ...leaves].entries()) numbers[node] = place;
  const made = emptyTree(order.length, { family: "lightgbm", output: tree.output, shrinkage: tree.shrinkage });
  const scaled = (value: number) => base + Math.fround(value * tree.weight);
  for (const node of order.toReversed()) {
    const place = numbers[node]!;
    made.cover[place] = tree.cover[node]!;
    if (tree.left[node] === -1) {
      made.split[place] = made.value[place] = scaled(tree.split[node]!);
      made.count![place] = Math.max(1, Math.round(tree.cover[node]!) || 0);
      continue;
    }
    made.value[place] = scaled(tree.value[node]!);
    made.gain[place] = tree.gain[node]!;
    const children = [numbers[tree.left[node]!]!, numbers[tree.right[node]!]!] as const;
    made.count![place] = made.count![children[0]]! + made.count![children[1]]!;
    made.feature[place] = tree.feature[node]!;
    const isCategorical = (tree.categories?.of[node] ?? -1) >= 0;
    const split = isCategorical ? null : atMost(tree.split[node]!);
    if (isCategorical && tree.defaultLeft[node] !== 1) {
      refuse(`tree ${number}, where node ${node} sends missing values to the side of its categories: LightGBM sends them to the other`);
    }
    // a category in the set goes left here, right there; and nothing but -Infinity is at most -Infinity, so all numbers go left instead
    const swapped = split === null;
    [made.left[place], made.right[place]] = swapped ? [children[1], children[0]] : children;
    made.defaultLeft[place] = tree.defaultLeft[node] === (swapped ? 0 : 1) ? 1 : 0;
    made.split[place] = split ?? (isCategorical ? tree.categories!.of[node]! : Infinity);
    made.missing[place] = Missing.nan;
  }
  return { ...made, categories: renumbered(tree.categories, order, numbers) };
}

/** The nodes that the root leads to, parents before children. */
function fromRootDown({ left, right }: Tree): number[] {
  const order = [0];
  for (const node of order) if (left[node] !== -1) order.push(left[node]!, right[node]!);
  return order;
}

function renumbered(categories: CategorySplits | null, order: readonly number[], numbers: Int32Array): CategorySplits | null {
  if (categories === null) return null;
  const of = new Int32Array(order.length).fill(-1);
  for (const node of order) of[numbers[node]!] = categories.of[node]!;
  return { of, sets: categories.sets.map((set) => set.slice(0, MOST_CATEGORIES / 32)) };
}

function withoutSpaces(names: readonly string[] | null): readonly string[] | null {
  const replaced = names?.map((name) => name.replaceAll(" ", "_")) ?? null;
  const seen = new Set<string>();
  const twice = replaced?.find((name) => seen.size === seen.add(name).size);
  return twice === undefined ? replaced : refuse(`two features named ${JSON.stringify(twice)} once spaces are "_"`);
}

/** LightGBM opens no file where a line of the header has two "=". */
function fitsLine(key: string, value: string): boolean {
  return /^[A-Za-z][\w.-]*$/.test(key) && !/[=\n\r\0]/.test(value) && !modelKeys.has(key) && !placedKeys.has(key) && !sectionKeys.has(key);
}

function refuse(what: string): never {
  throw new MangroveError("MGV_MODEL_CONVERT", `LightGBM has no counterpart of ${what}.`);
}
