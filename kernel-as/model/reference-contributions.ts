import type { ForestModel, Tree } from "./forest.ts";
import { baseMargins } from "./objective.ts";
import { asSeenBy, goesLeft } from "./reference.ts";

/*
 * The oracle of contributions: path-dependent TreeSHAP (Lundberg, Erion and Lee, Consistent Individualized Feature Attribution for Tree Ensembles, 2018), in
 * f64. A feature that is not in a coalition goes both ways, in proportion to the training rows that did. Where the paper takes a feature out of the weights
 * again, which cancels digits, they are made anew without it: all sums are of positive numbers.
 */

/** A feature of a path: the share of training rows that pass its splits, which counts where it is not in the coalition, and whether the row passes them (0 or 1). */
interface Element {
  readonly feature: number;
  readonly zero: number;
  readonly one: number;
}

/** The share that reaches the end of a path of these elements, averaged over coalitions of them as Shapley weighs those: first by size, all sizes alike, then of one size. */
function weightOf(elements: readonly Element[]): number {
  // by the coalition's size: EXTEND of the paper
  const weights = [1];
  for (const { zero, one } of elements) {
    const size = weights.length;
    weights.push(0);
    for (let i = size - 1; i >= 0; i--) {
      weights[i + 1]! += (one * weights[i]! * (i + 1)) / (size + 1);
      weights[i] = (zero * weights[i]! * (size - i)) / (size + 1);
    }
  }
  return weights.reduce((sum, weight) => sum + weight, 0);
}

/** What a node was given of the rows of training: XGBoost's sum of hessians, LightGBM's count. */
function coverOf({ count, cover }: Tree, node: number): number {
  return (count ?? cover)[node]!;
}

function explainTree(model: ForestModel, tree: Tree, row: ArrayLike<number>, add: (feature: number, leaf: number, share: number) => void): void {
  const visit = (node: number, path: readonly Element[]): void => {
    if (tree.left[node] === -1) {
      path.forEach(({ feature, zero, one }, i) => add(feature, node, weightOf(path.toSpliced(i, 1)) * (one - zero)));
      return;
    }
    const feature = tree.feature[node]!;
    const before = path.find((element) => element.feature === feature) ?? { zero: 1, one: 1 };
    const rest = path.filter((element) => element.feature !== feature);
    const left = goesLeft(model.family, tree, node, row);
    for (const child of [tree.left[node]!, tree.right[node]!]) {
      const zero = (before.zero * coverOf(tree, child)) / coverOf(tree, node);
      const one = (child === tree.left[node]) === left ? before.one : 0;
      visit(child, [...rest, { feature, zero, one }]);
    }
  };
  visit(0, []);
}

/** The mean of a tree's leaves, weighted by the rows of training that came there. */
function expectation(tree: Tree, valueOf: (leaf: number) => number, node = 0): number {
  if (tree.left[node] === -1) return valueOf(node);
  const share = (child: number) => (coverOf(tree, child) / coverOf(tree, node)) * expectation(tree, valueOf, child);
  return share(tree.left[node]!) + share(tree.right[node]!);
}

/** Contributions of one row, [outputs][features + 1], the last of each output its expected value. For forests without linear leaves. O(leaves × depth³) a tree. */
export function referenceContributions(model: ForestModel, features: ArrayLike<number>): number[][] {
  const row = asSeenBy(model.family, features);
  const base = baseMargins(model);
  return Array.from({ length: model.outputs }, (_, output) => {
    const contributions = new Array<number>(model.featureCount + 1).fill(0);
    contributions[model.featureCount] = base[output]!;
    for (const tree of model.trees) {
      if (tree.vectors === null && tree.output !== output) continue;
      const valueOf = (leaf: number) => (tree.vectors ? tree.vectors[leaf * model.outputs + output]! : tree.split[leaf]!) * tree.weight;
      explainTree(model, tree, row, (feature, leaf, share) => (contributions[feature] = contributions[feature]! + share * valueOf(leaf)));
      contributions[model.featureCount] = contributions[model.featureCount]! + expectation(tree, valueOf);
    }
    return contributions;
  });
}
