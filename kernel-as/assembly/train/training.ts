import { NODE_BYTES } from "./node";
import { FOUND_BYTES } from "./found";
import { setting } from "./settings";

/*
 * Bins lie in groups of eight features, so that a row's bytes of a group are one u64; features that fill up the last group are 0:
 *
 *   [groups][rows] u64: byte k is the bin of feature 8 * group + k; 255 is a missing value
 *
 * A histogram has a cell for each bin, [groups * 8][256]: two i32 of whole numbers, hessian low and gradient high, so that one i64 addition
 * adds both; not quantised, f64x2 of the same.
 */

/** Bits of a cell's address: 8 bytes quantised, 16 otherwise. */
export const QUANTISED_CELL: usize = 3;
export const EXACT_CELL: usize = 4;

/** The bin of a missing value. Real bins are 0…254. */
export const MISSING_BIN: u32 = 255;

/** All that one training holds. */
@unmanaged
export class Training {
  rows: u32;
  features: u32;
  groups: u32;
  outputs: u32;
  objective: u32;
  quantised: bool;
  leafWise: bool;
  maxDepth: u32; // 0: no limit
  maxLeaves: u32;
  eta: f64;
  lambda: f64;
  alpha: f64;
  gamma: f64;
  minChildWeight: f64;
  minDataInLeaf: u32;
  maxDeltaStep: f64;
  scalePosWeight: f64;
  seed: u32;
  subsample: f64;
  topRate: f64;
  otherRate: f64;
  colsampleByTree: f64;
  colsampleByNode: f64;
  maxCatToOnehot: u32;
  maxCatThreshold: u32;
  catSmooth: f64;
  catL2: f64;
  monotone: bool;
  /** Leaf weights are more than -g / (h + lambda): the gain is asked of the weight. */
  bounded: bool;

  bins: usize;
  labels: usize; // f32 [rows]
  weights: usize; // f32 [rows], or 0
  featureTable: usize;
  interactions: usize; // u8 [sets][features]: 1 for members
  interactionCount: u32;

  margins: usize; // f32 [rows][outputs]
  gradients: usize; // f32 [outputs][rows] (hessian, gradient)
  pairs: usize; // [rows] i64 cells, or f32 (hessian, gradient)
  order: usize; // u32 [rows]: numbers of sampled rows, grouped by node
  scratch: usize; // u32 [rows]
  kept: usize; // u8 [rows]: 1 for rows that trees of this round learn from; 0 where all do
  sampled: u32;
  loss: f64;
  gradientSum: f64; // of magnitudes over the sampled rows
  hessianSum: f64;
  gradientUnit: f64;
  hessianUnit: f64;

  /** Of the groups of features this thread looks at those whose number is `share` modulo `shares`. */
  share: u32;
  shares: u32;
  treeFeatures: usize; // u8 [features]: 1 for those that the tree in hand may use
  nodeFeatures: usize; // u8 [features]: the same of the node in hand
  picks: usize; // u32 [features]
  counts: usize; // u32 [features][256]: rows by bin, where min_data_in_leaf is asked for; of the node in hand

  nodes: usize;
  nodeCount: u32;
  leaves: u32;
  found: usize; // [2]: what the last searches have found, see search.ts
  firstFound: u32; // the node that the first of them is about
  nodeKey: u32; // of the features that a node may be split by
  paths: usize; // u8 [nodes][features]: features above a node, where interactions are constrained
  slots: usize; // usize [maxLeaves + 1]: histograms that are not in use
  slotCount: u32;
  allSlots: usize; // usize [maxLeaves + 1]: all of them
  allSlotCount: u32;
}

export function histogramBytes(training: Training): usize {
  return (<usize>training.groups << 11) << (training.quantised ? QUANTISED_CELL : EXACT_CELL);
}




/** A training over bins and labels, which must outlive it. Margins are the host's to fill in. */
export function create(settings: usize): usize {
  const training = changetype<Training>(heap.alloc(offsetof<Training>()));
  const rows = <usize>setting(settings, 0);
  const features = <usize>setting(settings, 1);
  training.rows = <u32>rows;
  training.features = <u32>features;
  training.groups = (training.features + 7) >> 3;
  training.outputs = <u32>setting(settings, 2);
  training.objective = <u32>setting(settings, 3);
  training.quantised = setting(settings, 4) != 0;
  training.leafWise = setting(settings, 5) != 0;
  training.maxDepth = <u32>setting(settings, 6);
  training.maxLeaves = <u32>setting(settings, 7);
  training.eta = setting(settings, 8);
  training.lambda = setting(settings, 9);
  training.alpha = setting(settings, 10);
  training.gamma = setting(settings, 11);
  training.minChildWeight = setting(settings, 12);
  training.minDataInLeaf = <u32>setting(settings, 13);
  training.maxDeltaStep = setting(settings, 14);
  training.scalePosWeight = setting(settings, 15);
  training.seed = <u32>setting(settings, 16);
  training.subsample = setting(settings, 17);
  training.topRate = setting(settings, 18);
  training.otherRate = setting(settings, 19);
  training.colsampleByTree = setting(settings, 20);
  training.colsampleByNode = setting(settings, 21);
  training.maxCatToOnehot = <u32>setting(settings, 22);
  training.maxCatThreshold = <u32>setting(settings, 23);
  training.bins = <usize>setting(settings, 24);
  training.labels = <usize>setting(settings, 25);
  training.weights = <usize>setting(settings, 26);
  training.featureTable = <usize>setting(settings, 27);
  training.interactions = <usize>setting(settings, 28);
  training.interactionCount = <u32>setting(settings, 29);
  training.catSmooth = setting(settings, 30);
  training.catL2 = setting(settings, 31);
  training.monotone = setting(settings, 32) != 0;
  training.share = <u32>setting(settings, 33);
  training.shares = <u32>setting(settings, 34);
  training.bounded = training.monotone || training.alpha > 0 || training.maxDeltaStep > 0;

  const nodes = <usize>training.maxLeaves * 2;
  training.margins = heap.alloc((rows * training.outputs) << 2);
  training.gradients = heap.alloc((rows * training.outputs) << 3);
  training.pairs = heap.alloc(rows << 3);
  training.order = heap.alloc(rows << 2);
  training.scratch = heap.alloc(rows << 2);
  training.kept = training.subsample < 1 || training.topRate > 0 ? heap.alloc(rows) : 0;
  training.treeFeatures = heap.alloc(features);
  training.nodeFeatures = heap.alloc(features);
  training.picks = heap.alloc(features << 2);
  training.counts = training.minDataInLeaf > 1 ? heap.alloc(features << 10) : 0;
  training.nodes = heap.alloc(nodes * NODE_BYTES);
  training.found = heap.alloc(2 * FOUND_BYTES);
  training.paths = training.interactions != 0 ? heap.alloc(nodes * features) : 0;
  training.slots = heap.alloc((<usize>training.maxLeaves + 1) * sizeof<usize>());
  training.slotCount = 0;
  training.allSlots = heap.alloc((<usize>training.maxLeaves + 1) * sizeof<usize>());
  training.allSlotCount = 0;
  return changetype<usize>(training);
}

export function destroy(pointer: usize): void {
  const training = changetype<Training>(pointer);
  for (let i: u32 = 0; i < training.allSlotCount; i++) heap.free(load<usize>(training.allSlots + i * sizeof<usize>()));
  heap.free(training.allSlots);
  heap.free(training.slots);
  if (training.paths != 0) heap.free(training.paths);
  heap.free(training.found);
  heap.free(training.nodes);
  if (training.counts != 0) heap.free(training.counts);
  heap.free(training.picks);
  heap.free(training.nodeFeatures);
  heap.free(training.treeFeatures);
  if (training.kept != 0) heap.free(training.kept);
  heap.free(training.scratch);
  heap.free(training.order);
  heap.free(training.pairs);
  heap.free(training.gradients);
  heap.free(training.margins);
  heap.free(pointer);
}

/** f32 [rows][outputs]. */
export function margins(pointer: usize): usize {
  return changetype<Training>(pointer).margins;
}

export function nodes(pointer: usize): usize {
  return changetype<Training>(pointer).nodes;
}

/** A histogram that no node uses, its content undefined. */
export function takeSlot(training: Training): usize {
  if (training.slotCount > 0) {
    training.slotCount--;
    return load<usize>(training.slots + training.slotCount * sizeof<usize>());
  }
  const slot = heap.alloc(histogramBytes(training));
  store<usize>(training.allSlots + training.allSlotCount * sizeof<usize>(), slot);
  training.allSlotCount++;
  return slot;
}

export function giveSlot(training: Training, slot: usize): void {
  store<usize>(training.slots + training.slotCount * sizeof<usize>(), slot);
  training.slotCount++;
}
