import { exp } from "../assembly/math.ts";
import { binaryForest, emptyTree, leafNumber, LIGHTGBM_ZERO, Missing, type Family, type ForestModel, type Tree } from "./forest.ts";
import { logit } from "./link.ts";
import { baseMargins } from "./objective.ts";
import { gradientScale, type TrainingInput } from "./training.ts";

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

/** The bin of a value: how many cuts are <= it; 255 for NaN. */
function referenceBin(cuts: ArrayLike<number>, x: number): number {
  return Number.isNaN(x) ? 255 : Array.from(cuts).filter((cut) => cut <= x).length;
}

/** Histogram boosting without any of its shortcuts: every sum is taken anew, over the rows themselves. */
export function referenceTrain(input: TrainingInput): ForestModel {
  const { features, labels, cuts, parameters } = input;
  const count = labels.length;
  const scale = gradientScale(count);
  const width = cuts.length;
  const bins = Array.from({ length: count * width }, (_, i) => referenceBin(cuts[i % width]!, features[i]!));
  const all = Array.from({ length: count }, (_, row) => row);
  const margins = new Float32Array(count).fill(logit(parameters.baseScore));
  const score = (g: number, h: number) => (g * g) / (h + parameters.lambda);
  const unit = 1 / scale;
  const trees: Tree[] = [];

  for (let round = 0; round < parameters.rounds; round++) {
    const gradient: number[] = [];
    const hessian: number[] = [];
    for (const row of all) {
      const p = 1 / (1 + exp(-margins[row]!));
      gradient.push(Math.floor((p - labels[row]!) * scale + 0.5));
      hessian.push(Math.max(Math.floor(Math.max(p * (1 - p), 1e-16) * scale + 0.5), 1));
    }
    const sums = (some: number[]) => ({
      g: some.reduce((sum, row) => sum + gradient[row]!, 0),
      h: some.reduce((sum, row) => sum + hessian[row]!, 0),
    });

    const nodes = [{ rows: all, depth: 0, left: -1, right: -1, feature: 0, bin: 0, missingLeft: false, gain: 0, value: 0, cover: 0 }];
    for (const node of nodes) {
      const total = sums(node.rows);
      node.cover = total.h * unit;
      node.value = (-(total.g * unit) / (total.h * unit + parameters.lambda)) * parameters.learningRate;
      if (node.depth === parameters.maxDepth) continue;
      const parent = score(total.g * unit, total.h * unit);
      for (let feature = 0; feature < width; feature++) {
        const binOf = (row: number) => bins[row * width + feature]!;
        const anyMissing = node.rows.some((row) => binOf(row) === 255);
        for (let bin = 0; bin < cuts[feature]!.length; bin++) {
          if (!node.rows.some((row) => binOf(row) === bin)) continue;
          for (const missingLeft of anyMissing ? [false, true] : [false]) {
            const left = sums(node.rows.filter((row) => (binOf(row) === 255 ? missingLeft : binOf(row) <= bin)));
            const l = left.h * unit;
            const r = (total.h - left.h) * unit;
            if (l < parameters.minChildWeight || r < parameters.minChildWeight || r === 0) continue;
            const gain = score(left.g * unit, l) + score((total.g - left.g) * unit, r) - parent;
            if (gain > node.gain) Object.assign(node, { gain, feature, bin, missingLeft: anyMissing ? missingLeft : l > r });
          }
        }
      }
      if (!(node.gain > parameters.gamma)) {
        node.gain = 0;
        continue;
      }
      const toTheLeft = (row: number) => {
        const bin = bins[row * width + node.feature]!;
        return bin === 255 ? node.missingLeft : bin <= node.bin;
      };
      node.left = nodes.length;
      node.right = nodes.length + 1;
      const child = { ...node, depth: node.depth + 1, left: -1, right: -1, gain: 0 };
      nodes.push({ ...child, rows: node.rows.filter(toTheLeft) }, { ...child, rows: node.rows.filter((row) => !toTheLeft(row)) });
    }

    const tree = emptyTree(nodes.length);
    nodes.forEach((node, i) => {
      const inner = node.left !== -1;
      tree.left[i] = node.left;
      tree.right[i] = node.right;
      tree.feature[i] = inner ? node.feature : 0;
      tree.split[i] = inner ? cuts[node.feature]![node.bin]! : node.value;
      tree.defaultLeft[i] = inner && node.missingLeft ? 1 : 0;
      tree.value[i] = inner ? 0 : node.value;
      tree.gain[i] = node.gain;
      tree.cover[i] = node.cover;
      if (!inner) for (const row of node.rows) margins[row] = margins[row]! + tree.split[i];
    });
    trees.push(tree);
  }
  return binaryForest(trees, width, parameters.baseScore);
}
