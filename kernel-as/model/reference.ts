import { leafNumber, LIGHTGBM_ZERO, Missing, type Family, type ForestModel, type Tree } from "./forest.ts";
import { baseMargins } from "./objective.ts";

/*
 * The oracle: the plain, obviously right version of what the kernel does. The kernel must give the same bits.
 */

/** The features as the family sees them: f32 in XGBoost; f64 in LightGBM, the smallest as 0. */
export function asSeenBy(family: Family, row: ArrayLike<number>): number[] {
  return Array.from(row, (x) => (family === "xgboost" ? Math.fround(x) : Math.abs(x) <= LIGHTGBM_ZERO ? 0 : x));
}

function isInSet(set: Uint32Array, category: number): boolean {
  return category < set.length * 32 && ((set[category >> 5]! >>> (category & 31)) & 1) === 1;
}

/** Whether node `node` sends `row` to the left. */
export function goesLeft(family: Family, tree: Tree, node: number, row: ArrayLike<number>): boolean {
  const x = row[tree.feature[node]!]!;
  const byDefault = tree.defaultLeft[node] === 1;
  const set = tree.categories?.sets[tree.categories.of[node]!];
  if (family === "xgboost") {
    if (Number.isNaN(x)) return byDefault;
    if (set) return x < 0 || x >= 2 ** 24 || !isInSet(set, Math.trunc(x));
    return x < tree.split[node]!;
  }
  if (set) return !Number.isNaN(x) && Math.trunc(x) >= 0 && x < 2 ** 31 && isInSet(set, Math.trunc(x));
  if (tree.missing[node] === Missing.nan && Number.isNaN(x)) return byDefault;
  const value = Number.isNaN(x) ? 0 : x;
  if (tree.missing[node] === Missing.zero && value === 0) return byDefault;
  return value <= tree.split[node]!;
}

/** The node of the leaf that `row` falls into. */
function leafOf(family: Family, tree: Tree, row: ArrayLike<number>): number {
  let node = 0;
  while (tree.left[node] !== -1) node = goesLeft(family, tree, node, row) ? tree.left[node]! : tree.right[node]!;
  return node;
}

function linearLeaf({ linear, split }: Tree, leaf: number, row: ArrayLike<number>): number {
  const features = linear!.features[leaf]!;
  if (features.some((feature) => Number.isNaN(row[feature]))) return split[leaf]!;
  return features.reduce((sum, feature, i) => sum + linear!.coefficients[leaf]![i]! * row[feature]!, linear!.constant[leaf]!);
}

/** Margins of one row: for each output the base, then tree after tree, every operation rounded as the family rounds. */
export function referenceMargins(model: ForestModel, features: ArrayLike<number>): number[] {
  const { family } = model;
  const round = family === "xgboost" ? Math.fround : (x: number) => x;
  const row = asSeenBy(family, features);
  const margins = Array.from(baseMargins(model));
  for (const tree of model.trees) {
    const leaf = leafOf(family, tree, row);
    margins.forEach((margin, output) => {
      if (tree.vectors === null && output !== tree.output) return;
      const value = tree.vectors ? tree.vectors[leaf * model.outputs + output]! : tree.linear ? linearLeaf(tree, leaf, row) : tree.split[leaf]!;
      margins[output] = round(margin + round(value * tree.weight));
    });
  }
  return margins;
}

/** The leaf of every tree that one row falls into, by the number that users know. */
export function referenceLeaves({ family, trees }: ForestModel, features: ArrayLike<number>): number[] {
  return trees.map((tree) => leafNumber(family, tree, leafOf(family, tree, asSeenBy(family, features))));
}
