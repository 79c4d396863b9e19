import { LIGHTGBM_ZERO, type Floats, type ForestModel, type Tree } from "../model/forest.ts";

/**
 * Margins from leaves, for forests whose leaves are more than a number or whose splits only the walk knows: [rows][trees] nodes at `leaves`, features in
 * the family's width, into `out` from element `first` on, [rows][outputs].
 */
export function sumLeaves(model: ForestModel, base: Float64Array, leaves: Uint32Array, features: Floats, out: Floats, first: number): void {
  const { family, trees, outputs, featureCount } = model;
  const round = family === "xgboost" ? Math.fround : (x: number) => x;
  const rows = leaves.length / trees.length;
  for (let row = 0; row < rows; row++) {
    const at = first + row * outputs;
    out.set(base, at);
    for (let t = 0; t < trees.length; t++) {
      const tree = trees[t]!;
      const leaf = leaves[row * trees.length + t]!;
      if (tree.vectors === null) {
        const value = tree.linear === null ? tree.split[leaf]! : linearLeaf(tree, leaf, features, row * featureCount);
        out[at + tree.output] = out[at + tree.output]! + round(value * tree.weight);
        continue;
      }
      for (let output = 0; output < outputs; output++) {
        out[at + output] = out[at + output]! + round(tree.vectors[leaf * outputs + output]! * tree.weight);
      }
    }
  }
}

function linearLeaf({ linear, split }: Tree, leaf: number, features: Floats, row: number): number {
  let sum = linear!.constant[leaf]!;
  const coefficients = linear!.coefficients[leaf]!;
  const used = linear!.features[leaf]!;
  for (let i = 0; i < used.length; i++) {
    const x = features[row + used[i]!]!;
    if (Number.isNaN(x)) return split[leaf]!;
    sum += coefficients[i]! * (Math.abs(x) <= LIGHTGBM_ZERO ? 0 : x);
  }
  return sum;
}
