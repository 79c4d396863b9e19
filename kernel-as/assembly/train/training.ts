import { addRows, subtract } from "./histogram";
import { gradients } from "./logistic";
import { Split, findSplit } from "./split";

/*
 * One node of the tree in hand. Rows `begin` to `end` of `Training.order` are its rows; a leaf has left = -1.
 *
 *  0       4     8      12      16        20        24             28     32    40    48     56
 *  ├───────┼─────┼──────┼───────┼─────────┼─────────┼──────────────┼──────┼─────┼─────┼──────┼──────┬───────┐
 *  │ begin │ end │ left │ right │ feature │ last bin│ missing goes │ hist │ Σg  │ Σh  │ gain │ leaf │ depth │
 *  │ u32   │ u32 │ i32  │ i32   │ u32     │ left u32│ left u32     │ slot │ f64 │ f64 │ f64  │ f32  │ u32   │
 *  └───────┴─────┴──────┴───────┴─────────┴─────────┴──────────────┴──────┴─────┴─────┴──────┴──────┴───────┘
 */
const NODE_BYTES: usize = 64;

@unmanaged
class Node {
  begin: u32;
  end: u32;
  left: i32;
  right: i32;
  feature: u32;
  lastLeftBin: u32;
  missingLeft: u32;
  slot: u32;
  gradient: f64;
  hessian: f64;
  gain: f64;
  leaf: f32;
  depth: u32;
}

/** All that one training holds. Gradient pairs are (g, h) as whole f64 numbers: g and h times `scale`, rounded. */
@unmanaged
class Training {
  rows: u32;
  features: u32;
  maxDepth: u32;
  bins: usize; // u8 [features][rows]
  labels: usize; // f32 [rows], 0 or 1
  margins: usize; // f32 [rows]
  pairs: usize; // f64x2 [rows]
  orderedPairs: usize; // f64x2 [rows]: those of the node in hand, in its order
  order: usize; // u32 [rows]: row numbers, grouped by node
  scratch: usize; // u32 [rows]
  histograms: usize; // f64x2 [slots][features][256]
  nodes: usize;
  nodeCount: u32;
  scale: f64;
  learningRate: f64;
  lambda: f64;
  gamma: f64;
  minChildWeight: f64;
}

/**
 * A training over `bins` and `labels`, which must outlive it. `scale` is a power of two so small that rows * scale < 2^53: then every sum of
 * gradients is exact, in any order.
 */
export function create(
  rows: u32,
  features: u32,
  bins: usize,
  labels: usize,
  baseMargin: f32,
  scale: f64,
  maxDepth: u32,
  learningRate: f64,
  lambda: f64,
  gamma: f64,
  minChildWeight: f64,
): usize {
  const training = changetype<Training>(heap.alloc(offsetof<Training>()));
  training.rows = rows;
  training.features = features;
  training.maxDepth = maxDepth;
  training.bins = bins;
  training.labels = labels;
  training.margins = heap.alloc(<usize>rows << 2);
  training.pairs = heap.alloc(<usize>rows << 4);
  training.orderedPairs = heap.alloc(<usize>rows << 4);
  training.order = heap.alloc(<usize>rows << 2);
  training.scratch = heap.alloc(<usize>rows << 2);
  training.histograms = heap.alloc(((<usize>features << 12) << (maxDepth - 1)));
  training.nodes = heap.alloc((NODE_BYTES << maxDepth) << 1);
  training.nodeCount = 0;
  training.scale = scale;
  training.learningRate = learningRate;
  training.lambda = lambda;
  training.gamma = gamma;
  training.minChildWeight = minChildWeight;
  for (let row: usize = 0; row < <usize>rows; row++) store<f32>(training.margins + (row << 2), baseMargin);
  return changetype<usize>(training);
}

export function destroy(pointer: usize): void {
  const training = changetype<Training>(pointer);
  heap.free(training.margins);
  heap.free(training.pairs);
  heap.free(training.orderedPairs);
  heap.free(training.order);
  heap.free(training.scratch);
  heap.free(training.histograms);
  heap.free(training.nodes);
  heap.free(pointer);
}

export function nodes(pointer: usize): usize {
  return changetype<Training>(pointer).nodes;
}

/** Grows one tree level by level, adds it to the margins, and returns the number of its nodes (root first, siblings adjacent). */
export function grow(pointer: usize): u32 {
  const training = changetype<Training>(pointer);
  gradients(training.labels, training.margins, training.rows, training.scale, training.pairs);
  for (let row: u32 = 0; row < training.rows; row++) store<u32>(training.order + (<usize>row << 2), row);

  training.nodeCount = 1;
  const root = nodeAt(training, 0);
  root.begin = 0;
  root.end = training.rows;
  root.depth = 0;
  root.slot = 0;
  sumPairs(training, root);
  histogram(training, root);
  let slots: u32 = 1;

  for (let index: u32 = 0; index < training.nodeCount; index++) {
    const node = nodeAt(training, index);
    node.left = -1;
    node.right = -1;
    node.gain = 0;
    if (node.depth == training.maxDepth || !split(training, node)) {
      finish(training, node);
      continue;
    }
    if (node.depth + 1 < training.maxDepth) {
      const left = nodeAt(training, node.left);
      const right = nodeAt(training, node.right);
      const leftIsSmaller = left.end - left.begin <= right.end - right.begin;
      const smaller = leftIsSmaller ? left : right;
      const larger = leftIsSmaller ? right : left;
      smaller.slot = slots++;
      histogram(training, smaller);
      larger.slot = node.slot;
      subtract(slot(training, larger), slot(training, smaller), training.features);
    }
  }
  return training.nodeCount;
}

// @ts-ignore: decorator
@inline
function nodeAt(training: Training, index: u32): Node {
  return changetype<Node>(training.nodes + <usize>index * NODE_BYTES);
}

// @ts-ignore: decorator
@inline
function slot(training: Training, node: Node): usize {
  return training.histograms + <usize>node.slot * (<usize>training.features << 12);
}

function sumPairs(training: Training, node: Node): void {
  let sum = f64x2.splat(0);
  for (let i = node.begin; i < node.end; i++) {
    const row = load<u32>(training.order + (<usize>i << 2));
    sum = f64x2.add(sum, v128.load(training.pairs + (<usize>row << 4)));
  }
  node.gradient = f64x2.extract_lane(sum, 0);
  node.hessian = f64x2.extract_lane(sum, 1);
}

function histogram(training: Training, node: Node): void {
  const order = training.order + (<usize>node.begin << 2);
  const count = node.end - node.begin;
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<u32>(order + (i << 2));
    v128.store(training.orderedPairs + (i << 4), v128.load(training.pairs + (<usize>row << 4)));
  }
  addRows(
    slot(training, node),
    training.bins,
    training.rows,
    training.features,
    order,
    count,
    training.orderedPairs,
  );
}

/** Gives `node` two children where that gains more than gamma; false where nothing does. */
function split(training: Training, node: Node): bool {
  const best = changetype<Split>(memory.data(64, 16));
  findSplit(
    slot(training, node),
    training.features,
    node.gradient,
    node.hessian,
    1.0 / training.scale,
    training.lambda,
    training.minChildWeight,
    best,
  );
  if (!(best.gain > training.gamma)) return false;
  node.gain = best.gain;
  node.feature = best.feature;
  node.lastLeftBin = best.lastLeftBin;
  node.missingLeft = best.missingLeft;
  node.left = training.nodeCount;
  node.right = training.nodeCount + 1;
  training.nodeCount += 2;

  const left = nodeAt(training, node.left);
  const right = nodeAt(training, node.right);
  const middle = partition(training, node);
  left.begin = node.begin;
  left.end = middle;
  left.depth = node.depth + 1;
  left.gradient = best.leftGradient;
  left.hessian = best.leftHessian;
  right.begin = middle;
  right.end = node.end;
  right.depth = node.depth + 1;
  right.gradient = node.gradient - best.leftGradient;
  right.hessian = node.hessian - best.leftHessian;
  return true;
}

/** Orders the node's rows: those that go left first, each side in its old order. Returns where the right side begins. */
function partition(training: Training, node: Node): u32 {
  const bins = training.bins + <usize>node.feature * <usize>training.rows;
  const order = training.order;
  let left = order + (<usize>node.begin << 2);
  let held = training.scratch;
  for (let i = node.begin; i < node.end; i++) {
    const row = load<u32>(order + (<usize>i << 2));
    const bin = <u32>load<u8>(bins + <usize>row);
    const goesLeft = bin == 255 ? node.missingLeft != 0 : bin <= node.lastLeftBin;
    if (goesLeft) {
      store<u32>(left, row);
      left += 4;
    } else {
      store<u32>(held, row);
      held += 4;
    }
  }
  memory.copy(left, training.scratch, held - training.scratch);
  return <u32>((left - order) >> 2);
}

/** Makes `node` a leaf, -g / (h + lambda) times the learning rate, and adds it to its rows' margins in f32. */
function finish(training: Training, node: Node): void {
  const unit = 1.0 / training.scale;
  node.leaf = <f32>((-(node.gradient * unit) / (node.hessian * unit + training.lambda)) * training.learningRate);
  for (let i = node.begin; i < node.end; i++) {
    const margin = training.margins + (<usize>load<u32>(training.order + (<usize>i << 2)) << 2);
    store<f32>(margin, load<f32>(margin) + node.leaf);
  }
}
