import { exp } from "../assembly/math.ts";
import { emptyTree, type Forest, type Tree } from "./forest.ts";
import { logit } from "./link.ts";
import { gradientScale, type TrainingInput } from "./training.ts";

/*
 * The oracle: the plain, obviously right version of what the kernel does. The kernel must give the same bits.
 */

/** The leaf that `row` falls into. */
function leafOf(tree: Tree, row: ArrayLike<number>): number {
  let node = 0;
  while (tree.left[node] !== -1) {
    const x = row[tree.feature[node]!]!;
    const goesLeft = Number.isNaN(x) ? tree.defaultLeft[node] === 1 : x < tree.split[node]!;
    node = goesLeft ? tree.left[node]! : tree.right[node]!;
  }
  return node;
}

/** Margin of one row of f32 features: the base, then tree after tree, every sum rounded to f32. */
export function referenceMargin(forest: Forest, row: ArrayLike<number>): number {
  return forest.trees.reduce((sum, tree) => Math.fround(sum + tree.split[leafOf(tree, row)]!), logit(forest.baseScore));
}

/** The probability of a margin, in f32. */
export function referenceProbability(margin: number): number {
  const power = Math.fround(exp(Math.min(-margin, Math.fround(88.7))));
  return Math.fround(1 / Math.fround(power + 1));
}

/** The bin of a value: how many cuts are <= it; 255 for NaN. */
function referenceBin(cuts: ArrayLike<number>, x: number): number {
  return Number.isNaN(x) ? 255 : Array.from(cuts).filter((cut) => cut <= x).length;
}

/** Histogram boosting without any of its shortcuts: every sum is taken anew, over the rows themselves. */
export function referenceTrain(input: TrainingInput): Forest {
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
      const goesLeft = (row: number) => {
        const bin = bins[row * width + node.feature]!;
        return bin === 255 ? node.missingLeft : bin <= node.bin;
      };
      node.left = nodes.length;
      node.right = nodes.length + 1;
      const child = { ...node, depth: node.depth + 1, left: -1, right: -1, gain: 0 };
      nodes.push({ ...child, rows: node.rows.filter(goesLeft) }, { ...child, rows: node.rows.filter((row) => !goesLeft(row)) });
    }

    const tree = emptyTree(nodes.length);
    nodes.forEach((node, i) => {
      const inner = node.left !== -1;
      tree.left[i] = node.left;
      tree.right[i] = node.right;
      tree.feature[i] = inner ? node.feature : 0;
      tree.split[i] = inner ? cuts[node.feature]![node.bin]! : node.value;
      tree.defaultLeft[i] = inner && node.missingLeft ? 1 : 0;
      tree.gain[i] = node.gain;
      tree.cover[i] = node.cover;
      if (!inner) for (const row of node.rows) margins[row] = margins[row]! + tree.split[i];
    });
    trees.push(tree);
  }
  return { objective: "binary:logistic", baseScore: parameters.baseScore, featureCount: width, trees };
}
