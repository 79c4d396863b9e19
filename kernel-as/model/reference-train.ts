import { exp } from "../assembly/math.ts";
import { categoryBin, MISSING_BIN, splittableBins } from "./feature-bins.ts";
import { emptyTree, type ForestModel, type Tree } from "./forest.ts";
import { logit } from "./link.ts";
import { baseScoreFor, mostLeaves, outputsOf, type TrainingInput, type TrainingParameters } from "./training.ts";
import { treesAsForest } from "./trained-forest.ts";

/*
 * The oracle of training: histogram boosting without any of its shortcuts. Every sum is taken anew, over the rows themselves. The kernel must give the same bits.
 */

const f32 = Math.fround;

const LEAST_HESSIAN = 1e-16;
const LEAST_GAIN = 1e-6;

interface Pair {
  readonly h: number;
  readonly g: number;
}

interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/** What a split does with a bin, and what it is worth. */
interface Split {
  readonly feature: number;
  readonly score: number;
  readonly goesLeft: (bin: number) => boolean;
  readonly missingLeft: boolean;
  readonly lastLeftBin: number;
  readonly set: readonly number[] | null;
  /** In place of lambda on both sides. */
  readonly penalty: number;
}

interface Node {
  readonly rows: readonly number[];
  readonly depth: number;
  readonly bounds: Bounds;
  readonly path: readonly number[];
  /** In place of lambda. */
  readonly penalty: number;
  left: number;
  right: number;
  split: Split | null;
  gain: number;
}

/** MurmurHash3's finaliser. */
function mix(value: number, key: number): number {
  let bits = (Math.imul(value, 0x9e3779b1) + key) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

const purposes = { rounding: 1, subsample: 2, goss: 3, treeFeatures: 4, nodeFeatures: 5 };
const keyOf = (seed: number, tree: number, purpose: keyof typeof purposes) => mix(tree, mix(purposes[purpose], seed));
const uniform = (value: number, key: number) => mix(value, key) / 2 ** 32;

/** The largest power of two s with sum * s <= room. */
function powerBelow(room: number, sum: number): number {
  if (sum <= 0) return 1;
  let power = 2 ** Math.floor(Math.log2(room / sum));
  while (power > room / sum) power /= 2;
  while (power * 2 <= room / sum) power *= 2;
  return power;
}

/** Trains with quantised gradients. Quadratic in places: for small inputs. */
export function referenceTrain(input: TrainingInput): ForestModel {
  const { labels, parameters, roundsBefore = 0 } = input;
  const outputs = outputsOf(parameters);
  const baseScore = baseScoreFor(input, parameters);
  const base = parameters.objective === "binary:logistic" ? logit(baseScore) : f32(baseScore);
  const margins = input.margins?.slice() ?? new Float32Array(labels.length * outputs).fill(base);
  const bins = binRows(input);
  const trees: Tree[] = [];
  for (let round = roundsBefore; round < roundsBefore + parameters.rounds; round++) {
    const pairs = gradients(input, margins, outputs);
    const kept = chooseRows(parameters, pairs, round);
    for (let output = 0; output < outputs; output++) {
      const { tree, leafOf } = growTree(input, bins, pairs[output]!, kept, round * outputs + output);
      for (let row = 0; row < labels.length; row++) margins[row * outputs + output] = margins[row * outputs + output]! + tree.split[leafOf(row)]!;
      trees.push({ ...tree, output });
    }
  }
  return treesAsForest(trees, input, baseScore);
}

/** [row][feature] */
function binRows({ features, bins, labels }: TrainingInput): number[][] {
  const binOf = bins.map((each) => (each.kind === "categorical" ? categoryBin(each) : (x: number) => (Number.isNaN(x) ? MISSING_BIN : each.cuts.filter((cut) => cut <= x).length)));
  return Array.from(labels, (_, row) => binOf.map((of, feature) => of(features[row * bins.length + feature]!)));
}

/** [output][row] */
function gradients({ labels, weights, parameters }: TrainingInput, margins: Float32Array, outputs: number): Pair[][] {
  const { objective, scale_pos_weight } = parameters;
  return Array.from({ length: outputs }, (_, output) =>
    Array.from(labels, (label, row): Pair => {
      const weight = weights?.[row] ?? 1;
      if (objective === "reg:squarederror") return { h: f32(weight), g: f32((margins[row]! - label) * weight) };
      if (objective === "binary:logistic") {
        const p = 1 / (1 + exp(-margins[row]!));
        const times = weight * (label === 1 ? scale_pos_weight : 1);
        return { h: f32(Math.max(p * (1 - p), LEAST_HESSIAN) * times), g: f32((p - label) * times) };
      }
      const mine = Array.from(margins.subarray(row * outputs, (row + 1) * outputs));
      const powers = mine.map((margin) => exp(margin - Math.max(...mine)));
      const p = powers[output]! / powers.reduce((sum, power) => sum + power, 0);
      return { h: f32(Math.max(2 * p * (1 - p), LEAST_HESSIAN) * weight), g: f32((p - (output === label ? 1 : 0)) * weight) };
    }),
  );
}

/** Which rows the round learns from. With GOSS small gradients that are kept are amplified in place. */
function chooseRows(parameters: TrainingParameters, pairs: Pair[][], round: number): boolean[] {
  const { seed, subsample, sampling_method, top_rate, other_rate } = parameters;
  const rows = pairs[0]!.length;
  if (sampling_method === "uniform") return pairs[0]!.map((_, row) => subsample >= 1 || uniform(row, keyOf(seed, round, "subsample")) < subsample);
  const bits = new Uint32Array(1);
  const float = new Float32Array(bits.buffer);
  const magnitudes = pairs[0]!.map((_, row) => {
    float[0] = 0;
    for (const each of pairs) float[0] += f32(Math.abs(each[row]!.g) * each[row]!.h);
    return bits[0]! >>> 16;
  });
  const wanted = Math.max(1, Math.floor(rows * top_rate));
  const least = magnitudes.toSorted((a, b) => b - a)[wanted - 1]!;
  const others = magnitudes.filter((magnitude) => magnitude < least).length;
  const share = Math.min(1, (rows * other_rate) / Math.max(others, 1));
  const times = f32(1 / share);
  return magnitudes.map((magnitude, row) => {
    if (magnitude >= least) return true;
    if (uniform(row, keyOf(seed, round, "goss")) >= share) return false;
    for (const each of pairs) each[row] = { h: f32(each[row]!.h * times), g: f32(each[row]!.g * times) };
    return true;
  });
}

/** Of the candidates max(1, ⌊share × candidates⌋). */
function chooseFeatures(candidates: readonly number[], share: number, key: number): number[] {
  const left = [...candidates];
  if (share >= 1) return left;
  const chosen = Math.max(1, Math.floor(share * candidates.length));
  for (let i = 0; left.length > chosen; i++) {
    const at = mix(i, key) % left.length;
    left[at] = left.at(-1)!;
    left.pop();
  }
  return left.sort((a, b) => a - b);
}

function growTree(input: TrainingInput, bins: readonly number[][], unrounded: readonly Pair[], kept: readonly boolean[], number: number): { tree: Tree; leafOf: (row: number) => number } {
  const { parameters } = input;
  const { seed, lambda, alpha, gamma, max_delta_step, eta, min_child_weight, min_data_in_leaf, max_depth, cat_l2, cat_smooth } = parameters;
  const sampled = kept.flatMap((isKept, row) => (isKept ? [row] : []));

  // whole numbers: how much a unit is, and the rounded pairs
  const sumOf = (rows: readonly number[], value: (row: number) => number) => rows.reduce((sum, row) => sum + value(row), 0);
  const magnitude = { h: sumOf(sampled, (row) => unrounded[row]!.h), g: sumOf(sampled, (row) => Math.abs(unrounded[row]!.g)) };
  const scale = { h: powerBelow(2147483647 - sampled.length, magnitude.h), g: powerBelow(2147483647 - sampled.length, magnitude.g) };
  const rounded = unrounded.map(({ h, g }, row): Pair => {
    const chance = mix(row, keyOf(seed, number, "rounding"));
    return { h: Math.floor(h * scale.h + (chance & 0xffff) / 65536), g: Math.floor(g * scale.g + (chance >>> 16) / 65536) };
  });
  const sums = (rows: readonly number[]): Pair => ({ h: sumOf(rows, (row) => rounded[row]!.h) / scale.h, g: sumOf(rows, (row) => rounded[row]!.g) / scale.g });

  const bounded = parameters.monotone_constraints !== null || alpha > 0 || max_delta_step > 0;
  const weightOf = ({ h, g }: Pair, { lower, upper }: Bounds, penalty = lambda) => {
    if (!(h + penalty > 0)) return 0;
    let weight = -(g > alpha ? g - alpha : g < -alpha ? g + alpha : 0) / (h + penalty);
    if (max_delta_step > 0) weight = Math.min(Math.max(weight, -max_delta_step), max_delta_step);
    return Math.min(Math.max(weight, lower), upper);
  };
  const scoreAt = ({ h, g }: Pair, weight: number, penalty = lambda) => -(2 * g * weight + (h + penalty) * weight * weight + 2 * alpha * Math.abs(weight));
  const score = (pair: Pair, bounds: Bounds, penalty = lambda) => (bounded ? scoreAt(pair, weightOf(pair, bounds, penalty), penalty) : (pair.g * pair.g) / (pair.h + penalty));
  const directionOf = (feature: number) => parameters.monotone_constraints?.[feature] ?? 0;
  const toTheLeft = (split: Split) => (row: number) => {
    const bin = bins[row]![split.feature]!;
    return bin === MISSING_BIN ? split.missingLeft : split.goesLeft(bin);
  };

  const treeFeatures = chooseFeatures(Array.from(input.bins.keys()), parameters.colsample_bytree, keyOf(seed, number, "treeFeatures"));
  const mayHaveSplit = (node: Node) =>
    (max_depth === 0 || node.depth < max_depth) && node.rows.length >= Math.max(2, 2 * min_data_in_leaf) && sums(node.rows).h >= 2 * min_child_weight;

  /** Of the boundaries between the last bin on the left and the first on the right that has rows the one in the middle; the last of all where none has. */
  const atMiddle = (split: Split, { rows }: Node): Split => {
    if (split.set) return split;
    const each = input.bins[split.feature]!;
    const isEmpty = (bin: number) => {
      const there = rows.filter((row) => bins[row]![split.feature] === bin);
      return sums(there).h === 0 && sums(there).g === 0 && (min_data_in_leaf <= 1 || there.length === 0);
    };
    let last = split.lastLeftBin;
    while (last + 1 < splittableBins(each) && isEmpty(last + 1)) last++;
    const middle = last + 1 === splittableBins(each) ? last : (split.lastLeftBin + last) >> 1;
    return { ...split, lastLeftBin: middle, goesLeft: (bin) => bin <= middle };
  };

  /** The best split; the first of equals. */
  const findSplit = (node: Node, index: number): Split | null => {
    const sets = parameters.interaction_constraints;
    const allowed = treeFeatures.filter((feature) => sets === null || node.path.includes(feature) || sets.some((set) => [feature, ...node.path].every((each) => set.includes(each))));
    const total = sums(node.rows);
    let best: Split | null = null;
    let most = score(total, node.bounds) + Math.max(gamma, LEAST_GAIN);
    const consider = (split: Omit<Split, "score" | "missingLeft" | "penalty">, missingLeft: boolean | null, penalty: number) => {
      const leftRows = node.rows.filter(toTheLeft({ ...split, score: 0, penalty, missingLeft: missingLeft ?? false }));
      const [left, right] = [sums(leftRows), sums(node.rows.filter((row) => !leftRows.includes(row)))];
      if (min_data_in_leaf > 1 && Math.min(leftRows.length, node.rows.length - leftRows.length) < min_data_in_leaf) return;
      if (left.h < min_child_weight || right.h < min_child_weight) return;
      const direction = directionOf(split.feature);
      const [w, v] = [weightOf(left, node.bounds, penalty), weightOf(right, node.bounds, penalty)];
      if ((direction > 0 && w > v) || (direction < 0 && w < v)) return;
      const both = bounded ? scoreAt(left, w, penalty) + scoreAt(right, v, penalty) : score(left, node.bounds, penalty) + score(right, node.bounds, penalty);
      if (!(both > most)) return;
      most = both;
      best = { ...split, score: both, penalty, missingLeft: missingLeft ?? left.h > right.h };
    };
    for (const feature of chooseFeatures(allowed, parameters.colsample_bynode, mix(index, keyOf(seed, number, "nodeFeatures")))) {
      const each = input.bins[feature]!;
      const sumOfBin = (bin: number) => sums(node.rows.filter((row) => bins[row]![feature] === bin));
      const isThere = ({ h, g }: Pair) => h !== 0 || g !== 0;
      const hasMissing = isThere(sumOfBin(MISSING_BIN));
      if (each.kind === "numeric") {
        for (const missingLeft of hasMissing ? [false, true] : [null]) {
          for (let bin = 0; bin < splittableBins(each); bin++) consider({ feature, goesLeft: (other) => other <= bin, lastLeftBin: bin, set: null }, missingLeft, lambda);
        }
        continue;
      }
      const byCategory = (set: readonly number[]) => ({ feature, goesLeft: (bin: number) => !set.includes(bin), lastLeftBin: 0, set });
      const all = Array.from({ length: splittableBins(each) }, (_, bin) => bin);
      if (all.length <= parameters.max_cat_to_onehot) {
        for (const bin of all) for (const missingLeft of hasMissing ? [true, false] : [null]) consider(byCategory([bin]), missingLeft, lambda);
        continue;
      }
      const ratio = (bin: number) => sumOfBin(bin).g / (sumOfBin(bin).h + cat_smooth);
      const isFrequent = (bin: number) => isThere(sumOfBin(bin)) && sumOfBin(bin).h >= (cat_smooth * total.h) / node.rows.length;
      const rising = all.filter(isFrequent).sort((a, b) => ratio(a) - ratio(b) || a - b);
      const penalty = lambda + (rising.length > 1 ? cat_l2 : 0);
      for (const order of [rising, rising.toReversed()]) {
        for (const missingLeft of hasMissing ? [true, false] : [null]) {
          for (let size = 1; size <= Math.min(Math.ceil(order.length / 2), parameters.max_cat_threshold); size++) consider(byCategory(order.slice(0, size)), missingLeft, penalty);
        }
      }
    }
    return best && atMiddle(best, node);
  };

  const make = (rows: readonly number[], depth: number, bounds: Bounds, path: readonly number[], penalty: number): Node => ({ rows, depth, bounds, path, penalty, left: -1, right: -1, split: null, gain: 0 });
  const nodes = [make(sampled, 0, { lower: -Infinity, upper: Infinity }, [], lambda)];
  const open = new Set<number>();
  const search = (index: number) => {
    const node = nodes[index]!;
    if (!mayHaveSplit(node)) return;
    node.split = findSplit(node, index);
    if (node.split) open.add(index);
  };
  const floor = Math.max(gamma, LEAST_GAIN);
  const gainOf = (index: number) => nodes[index]!.split!.score - (score(sums(nodes[index]!.rows), nodes[index]!.bounds) + floor) + floor;
  const next = () => [...open].sort((a, b) => (parameters.grow_policy === "lossguide" ? gainOf(b) - gainOf(a) : 0) || a - b)[0];

  search(0);
  const leavesAllowed = mostLeaves(parameters, input.labels.length);
  for (let leaves = 1; leaves < leavesAllowed && open.size > 0; leaves++) {
    const index = next()!;
    open.delete(index);
    const node = nodes[index]!;
    const split = node.split!;
    const [leftRows, rightRows] = [node.rows.filter(toTheLeft(split)), node.rows.filter((row) => !toTheLeft(split)(row))];
    const middle = (weightOf(sums(leftRows), node.bounds) + weightOf(sums(rightRows), node.bounds)) / 2;
    const direction = directionOf(split.feature);
    const below = { lower: node.bounds.lower, upper: middle };
    const above = { lower: middle, upper: node.bounds.upper };
    node.left = nodes.length;
    node.right = nodes.length + 1;
    nodes.push(make(leftRows, node.depth + 1, direction > 0 ? below : direction < 0 ? above : node.bounds, [...node.path, split.feature], split.penalty));
    nodes.push(make(rightRows, node.depth + 1, direction > 0 ? above : direction < 0 ? below : node.bounds, [...node.path, split.feature], split.penalty));
    if (leaves + 1 === leavesAllowed) break;
    search(node.left);
    search(node.right);
  }

  // values by the unrounded gradients, as whole numbers of another unit
  const fine = { h: powerBelow(2 ** 62, magnitude.h), g: powerBelow(2 ** 62, magnitude.g) };
  const exactly = (rows: readonly number[], value: (row: number) => number, times: number) => Number(rows.reduce((sum, row) => sum + BigInt(Math.trunc(value(row) * times)), 0n)) / times;
  const unroundedSums = (rows: readonly number[]): Pair => ({ h: exactly(rows, (row) => unrounded[row]!.h, fine.h), g: exactly(rows, (row) => unrounded[row]!.g, fine.g) });
  const tree = emptyTree(nodes.length);
  const sets: Uint32Array[] = [];
  const setOf = new Int32Array(nodes.length).fill(-1);
  nodes.forEach((node, i) => {
    const pair = unroundedSums(node.rows);
    const value = f32(weightOf(pair, node.bounds, node.penalty) * eta);
    tree.cover[i] = pair.h;
    tree.value[i] = value;
    tree.split[i] = value;
    if (node.left === -1) return;
    const { feature, lastLeftBin, missingLeft, set } = node.split!;
    const [left, right] = [nodes[node.left]!, nodes[node.right]!];
    tree.gain[i] = Math.max(0, score(unroundedSums(left.rows), left.bounds) + score(unroundedSums(right.rows), right.bounds) - score(pair, node.bounds));
    tree.left[i] = node.left;
    tree.right[i] = node.right;
    tree.feature[i] = feature;
    tree.defaultLeft[i] = missingLeft ? 1 : 0;
    const each = input.bins[feature]!;
    if (each.kind === "numeric") {
      tree.split[i] = each.cuts[lastLeftBin]!;
      return;
    }
    const codes = set!.map((bin) => each.codes[bin]!);
    const words = new Uint32Array((Math.max(...codes) >> 5) + 1);
    for (const code of codes) words[code >> 5]! |= 1 << (code & 31);
    tree.split[i] = 0;
    setOf[i] = sets.length;
    sets.push(words);
  });
  const leafOf = (row: number) => {
    let i = 0;
    while (nodes[i]!.left !== -1) i = toTheLeft(nodes[i]!.split!)(row) ? nodes[i]!.left : nodes[i]!.right;
    return i;
  };
  return { tree: sets.length === 0 ? tree : { ...tree, categories: { of: setOf, sets } }, leafOf };
}
