import { scanCategories } from "./categorical";
import { addRows, countRows, subtract } from "./histogram";
import { finishTree } from "./finish";
import { CLOSED, Node, nodeAt, OPEN } from "./node";
import { middleBoundary, scanNumeric } from "./numeric";
import { partition } from "./partition";
import { preparePairs } from "./quantise";
import { keyOf, mix, NODE_FEATURES, TREE_FEATURES } from "./random";
import { chooseFeatures } from "./sample";
import { beginSearch, NO_FEATURE, scoreUnit, search } from "./search";
import { FEATURE_BYTES } from "./settings";
import { giveSlot, takeSlot, Training } from "./training";
import { weightOf } from "./weight";

/** Grows a tree for one output, adds it to the margins, and returns the number of its nodes (root first, siblings adjacent). `tree` counts all trees. */
export function grow(pointer: usize, tree: u32, output: u32): u32 {
  const training = changetype<Training>(pointer);
  preparePairs(training, tree, output);
  memory.fill(training.treeFeatures, 1, training.features);
  chooseFeatures(training.treeFeatures, training.features, training.colsampleByTree, keyOf(training.seed, tree, TREE_FEATURES), training.picks);
  const key = keyOf(training.seed, tree, NODE_FEATURES);

  training.nodeCount = 1;
  const root = nodeAt(training.nodes, 0);
  begin(root, 0, training.sampled, 0);
  root.lower = -Infinity;
  root.upper = Infinity;
  sumPairs(training, root);
  if (training.paths != 0) memory.fill(training.paths, 0, training.features);
  if (mayHaveSplit(training, root)) {
    root.slot = takeSlot(training);
    addRows(training, root.begin, root.end, root.slot);
    findSplit(training, 0, key);
  }

  for (let leaves: u32 = 1; leaves < training.maxLeaves; leaves++) {
    const index = nextToSplit(training);
    if (index < 0) break;
    split(training, index);
    searchChildren(training, nodeAt(training.nodes, index), leaves + 1 < training.maxLeaves, key);
  }
  for (let index: u32 = 0; index < training.nodeCount; index++) close(training, nodeAt(training.nodes, index));
  finishTree(training, output);
  return training.nodeCount;
}

function begin(node: Node, from: u32, to: u32, depth: u32): void {
  node.begin = from;
  node.end = to;
  node.depth = depth;
  node.left = -1;
  node.right = -1;
  node.slot = 0;
  node.state = CLOSED;
}

function sumPairs(training: Training, node: Node): void {
  let sum = f64x2.splat(0);
  for (let i = node.begin; i < node.end; i++) {
    const pair = v128.load64_zero(training.pairs + (<usize>load<u32>(training.order + (<usize>i << 2)) << 3));
    sum = f64x2.add(sum, training.quantised ? f64x2.convert_low_i32x4_s(pair) : f64x2.promote_low_f32x4(pair));
  }
  node.hessian = f64x2.extract_lane(sum, 0);
  node.gradient = f64x2.extract_lane(sum, 1);
}

/** Whether limits allow the node to be split at all. */
function mayHaveSplit(training: Training, node: Node): bool {
  const rows = node.end - node.begin;
  if (training.maxDepth != 0 && node.depth >= training.maxDepth) return false;
  return rows >= max<u32>(2, 2 * training.minDataInLeaf) && node.hessian * training.hessianUnit >= 2.0 * training.minChildWeight;
}

/** The open node of the greatest gain, or the one that was there first; -1 where none is open. */
function nextToSplit(training: Training): i32 {
  let next = -1;
  let gain: f64 = 0;
  for (let index: u32 = 0; index < training.nodeCount; index++) {
    const node = nodeAt(training.nodes, index);
    if (node.state != OPEN || (next >= 0 && !(node.splitGain > gain))) continue;
    next = <i32>index;
    gain = node.splitGain;
    if (!training.leafWise) break;
  }
  return next;
}

/** Searches the node's histogram for its best split, and opens the node if there is one; else gives the histogram back. */
function findSplit(training: Training, index: u32, key: u32): void {
  const node = nodeAt(training.nodes, index);
  allowFeatures(training, index, key);
  if (training.minDataInLeaf > 1) countRows(training, node.begin, node.end);
  beginSearch(training, node);
  const asLeaf = search.score;
  for (let feature: u32 = 0; feature < training.features; feature++) {
    if (load<u8>(training.nodeFeatures + feature) == 0) continue;
    const byCategory = load<u8>(training.featureTable + <usize>feature * FEATURE_BYTES, 5) != 0;
    if (training.quantised) {
      if (byCategory) scanCategories<i64>(training, node, feature, node.slot);
      else scanNumeric<i64>(training, node, feature, node.slot);
    } else {
      if (byCategory) scanCategories<f64>(training, node, feature, node.slot);
      else scanNumeric<f64>(training, node, feature, node.slot);
    }
  }
  if (search.feature == NO_FEATURE) {
    close(training, node);
    return;
  }
  node.state = OPEN;
  node.splitGain = (search.score - asLeaf) * scoreUnit(training) + max(training.gamma, 1e-6);
  node.feature = search.feature;
  node.byCategory = search.byCategory;
  if (search.byCategory == 0) node.lastLeftBin = training.quantised ? middleBoundary<i64>(training, node.slot) : middleBoundary<f64>(training, node.slot);
  node.missingLeft = search.missingLeft;
  node.leftGradient = search.leftGradient;
  node.leftHessian = search.leftHessian;
}

/** Those of the tree's features that the node may be split by. */
function allowFeatures(training: Training, index: u32, key: u32): void {
  const allowed = training.nodeFeatures;
  memory.copy(allowed, training.treeFeatures, training.features);
  if (training.interactions != 0) {
    const path = training.paths + <usize>index * training.features;
    for (let feature: u32 = 0; feature < training.features; feature++) {
      if (load<u8>(path + feature) == 0 && !sharesSet(training, path, feature)) store<u8>(allowed + feature, 0);
    }
  }
  chooseFeatures(allowed, training.features, training.colsampleByNode, mix(index, key), training.picks);
}

/** Whether a set has the feature and all that stand above. Where nothing stands above any feature is allowed. */
function sharesSet(training: Training, path: usize, feature: u32): bool {
  for (let set: u32 = 0; set < training.interactionCount; set++) {
    const members = training.interactions + <usize>set * training.features;
    if (load<u8>(members + feature) == 0) continue;
    let all = true;
    for (let other: u32 = 0; other < training.features && all; other++) all = load<u8>(path + other) == 0 || load<u8>(members + other) != 0;
    if (all) return true;
  }
  return false;
}

/** Makes the node's best split. */
function split(training: Training, index: u32): void {
  const node = nodeAt(training.nodes, index);
  node.state = CLOSED;
  node.left = training.nodeCount;
  node.right = training.nodeCount + 1;
  training.nodeCount += 2;
  const left = nodeAt(training.nodes, node.left);
  const right = nodeAt(training.nodes, node.right);
  const middle = partition(training, node);
  begin(left, node.begin, middle, node.depth + 1);
  begin(right, middle, node.end, node.depth + 1);
  left.gradient = node.leftGradient;
  left.hessian = node.leftHessian;
  right.gradient = node.gradient - node.leftGradient;
  right.hessian = node.hessian - node.leftHessian;
  bound(training, node, left, right);
  if (training.paths == 0) return;
  for (let child = node.left; child <= node.right; child++) {
    const path = training.paths + <usize>child * training.features;
    memory.copy(path, training.paths + <usize>index * training.features, training.features);
    store<u8>(path + node.feature, 1);
  }
}

/** Weights below stay on their side of the middle between both children's (dmlc/xgboost src/tree/split_evaluator.h). */
function bound(training: Training, node: Node, left: Node, right: Node): void {
  left.lower = node.lower;
  left.upper = node.upper;
  right.lower = node.lower;
  right.upper = node.upper;
  const direction = training.monotone ? <i32>load<i8>(training.featureTable + <usize>node.feature * FEATURE_BYTES, 4) : 0;
  if (direction == 0) return;
  const lambda = training.lambda;
  const leftWeight = weightOf(training, node, left.gradient * training.gradientUnit, left.hessian * training.hessianUnit, lambda);
  const rightWeight = weightOf(training, node, right.gradient * training.gradientUnit, right.hessian * training.hessianUnit, lambda);
  const middle = (leftWeight + rightWeight) / 2.0;
  if (direction > 0) {
    left.upper = middle;
    right.lower = middle;
  } else {
    left.lower = middle;
    right.upper = middle;
  }
}

/** Histograms of both children, the smaller one's by its rows, and their best splits. */
function searchChildren(training: Training, node: Node, wanted: bool, key: u32): void {
  const left = nodeAt(training.nodes, node.left);
  const right = nodeAt(training.nodes, node.right);
  const leftMay = wanted && mayHaveSplit(training, left);
  const rightMay = wanted && mayHaveSplit(training, right);
  if (!leftMay && !rightMay) {
    close(training, node);
    return;
  }
  const leftIsSmaller = left.end - left.begin <= right.end - right.begin;
  const smaller = leftIsSmaller ? left : right;
  const larger = leftIsSmaller ? right : left;
  const largerMay = leftIsSmaller ? rightMay : leftMay;
  smaller.slot = takeSlot(training);
  addRows(training, smaller.begin, smaller.end, smaller.slot);
  if (largerMay) {
    larger.slot = node.slot;
    node.slot = 0;
    subtract(training, larger.slot, smaller.slot);
  }
  close(training, node);
  if (leftMay) findSplit(training, node.left, key);
  else close(training, left);
  if (rightMay) findSplit(training, node.right, key);
  else close(training, right);
}

/** The node's histogram is not needed any more. */
function close(training: Training, node: Node): void {
  node.state = CLOSED;
  if (node.slot != 0) giveSlot(training, node.slot);
  node.slot = 0;
}
