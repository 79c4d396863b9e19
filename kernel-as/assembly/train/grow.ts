import { scanCategories } from "./categorical";
import { allowFeatures } from "./features";
import { finishTree } from "./finish";
import { Found, FOUND_BYTES, setOf } from "./found";
import { addRows, countRows, isOwn, subtract } from "./histogram";
import { beginNode, CLOSED, copySet, Node, nodeAt, OPEN } from "./node";
import { middleBoundary, scanNumeric } from "./numeric";
import { preparePairs } from "./quantise";
import { keyOf, NODE_FEATURES, TREE_FEATURES } from "./random";
import { chooseFeatures } from "./sample";
import { beginSearch, leastGain, NO_FEATURE, scoreUnit, search } from "./search";
import { split } from "./split";
import { FEATURE_BYTES } from "./settings";
import { giveSlot, takeSlot, Training } from "./training";

/*
 * A tree grows in steps, so that threads that each look at some of the features can agree on a split in between:
 *
 *   plant ─► decide ─► next ─► decide ─► next … ─► finish
 *
 * `plant` and `next` search one node or two, and say which: bit 0 for `firstFound`, bit 1 for the node after it. What they have found is decided upon by `decide`.
 */

/** Grows a tree for one output, adds it to the margins, and returns the number of its nodes (root first, siblings adjacent). `tree` counts all trees. */
export function grow(pointer: usize, tree: u32, output: u32): u32 {
  let searched = plant(pointer, tree, output);
  while (searched >= 0) {
    decide(pointer, searched);
    searched = next(pointer);
  }
  return finish(pointer, output);
}

/** Begins a tree: its root, searched if it may have a split. */
export function plant(pointer: usize, tree: u32, output: u32): i32 {
  const training = changetype<Training>(pointer);
  preparePairs(training, tree, output);
  memory.fill(training.treeFeatures, 1, training.features);
  chooseFeatures(training.treeFeatures, training.features, training.colsampleByTree, keyOf(training.seed, tree, TREE_FEATURES), training.picks);
  training.nodeKey = keyOf(training.seed, tree, NODE_FEATURES);
  training.nodeCount = 1;
  training.leaves = 1;
  training.firstFound = 0;
  const root = nodeAt(training.nodes, 0);
  beginNode(root, 0, training.sampled, 0);
  root.lower = -Infinity;
  root.upper = Infinity;
  sumPairs(training, root);
  if (training.paths != 0) memory.fill(training.paths, 0, training.features);
  if (training.maxLeaves < 2 || !mayHaveSplit(training, root)) return 0;
  root.slot = takeSlot(training);
  addRows(training, root.begin, root.end, root.slot);
  findSplit(training, 0, 0);
  return 1;
}

/** Opens the nodes that were searched, each with its best split; those that have none are done with. */
export function decide(pointer: usize, searched: u32): void {
  const training = changetype<Training>(pointer);
  for (let k: u32 = 0; k < 2; k++) {
    if ((searched & (1 << k)) == 0) continue;
    const node = nodeAt(training.nodes, training.firstFound + k);
    const found = changetype<Found>(training.found + <usize>k * FOUND_BYTES);
    if (found.feature == NO_FEATURE) {
      close(training, node);
      continue;
    }
    node.state = OPEN;
    node.splitGain = (found.score - found.asLeaf) * scoreUnit(training) + leastGain(training);
    node.feature = found.feature;
    node.byCategory = found.byCategory;
    node.lastLeftBin = found.lastLeftBin;
    node.missingLeft = found.missingLeft;
    node.leftGradient = found.leftGradient;
    node.leftHessian = found.leftHessian;
    if (found.byCategory) copySet(node, setOf(found));
  }
}

/** Makes the next split, and searches its children; -1 when the tree is grown. */
export function next(pointer: usize): i32 {
  const training = changetype<Training>(pointer);
  const index = training.leaves < training.maxLeaves ? nextToSplit(training) : -1;
  if (index < 0) return -1;
  split(training, index);
  training.leaves++;
  return searchChildren(training, nodeAt(training.nodes, index), training.leaves < training.maxLeaves);
}

/** Gives the tree its values and adds it to the margins; returns the number of its nodes. */
export function finish(pointer: usize, output: u32): u32 {
  const training = changetype<Training>(pointer);
  for (let index: u32 = 0; index < training.nodeCount; index++) close(training, nodeAt(training.nodes, index));
  finishTree(training, output);
  return training.nodeCount;
}

/** Where the two things that the last searches have found are: see found.ts. */
export function found(pointer: usize): usize {
  return changetype<Training>(pointer).found;
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

/** Searches the node's histogram for its best split, among this thread's features. */
function findSplit(training: Training, index: u32, place: u32): void {
  const node = nodeAt(training.nodes, index);
  allowFeatures(training, index, training.nodeKey);
  if (training.minDataInLeaf > 1) countRows(training, node.begin, node.end);
  beginSearch(training, node, changetype<Found>(training.found + <usize>place * FOUND_BYTES));
  for (let feature: u32 = 0; feature < training.features; feature++) {
    if (load<u8>(training.nodeFeatures + feature) == 0 || !isOwn(training, feature >> 3)) continue;
    const byCategory = load<u8>(training.featureTable + <usize>feature * FEATURE_BYTES, 5) != 0;
    if (training.quantised) {
      if (byCategory) scanCategories<i64>(training, node, feature, node.slot);
      else scanNumeric<i64>(training, node, feature, node.slot);
    } else {
      if (byCategory) scanCategories<f64>(training, node, feature, node.slot);
      else scanNumeric<f64>(training, node, feature, node.slot);
    }
  }
  const found = search.found;
  if (found.feature == NO_FEATURE || found.byCategory != 0) return;
  found.lastLeftBin = training.quantised ? middleBoundary<i64>(training, node.slot) : middleBoundary<f64>(training, node.slot);
}

/** Histograms of both children, the smaller one's by its rows, and their best splits. */
function searchChildren(training: Training, node: Node, wanted: bool): i32 {
  const left = nodeAt(training.nodes, node.left);
  const right = nodeAt(training.nodes, node.right);
  const leftMay = wanted && mayHaveSplit(training, left);
  const rightMay = wanted && mayHaveSplit(training, right);
  training.firstFound = node.left;
  if (leftMay || rightMay) {
    const leftIsSmaller = left.end - left.begin <= right.end - right.begin;
    const smaller = leftIsSmaller ? left : right;
    const larger = leftIsSmaller ? right : left;
    smaller.slot = takeSlot(training);
    addRows(training, smaller.begin, smaller.end, smaller.slot);
    if (leftIsSmaller ? rightMay : leftMay) {
      larger.slot = node.slot;
      node.slot = 0;
      subtract(training, larger.slot, smaller.slot);
    }
  }
  close(training, node);
  if (leftMay) findSplit(training, node.left, 0);
  else close(training, left);
  if (rightMay) findSplit(training, node.right, 1);
  else close(training, right);
  return i32(leftMay) | (i32(rightMay) << 1);
}

/** The node's histogram is not needed any more. */
function close(training: Training, node: Node): void {
  node.state = CLOSED;
  if (node.slot != 0) giveSlot(training, node.slot);
  node.slot = 0;
}
