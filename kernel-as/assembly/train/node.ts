/*
 * One node of the tree in hand. Its rows are `begin` to `end` of Training.order; a leaf has left = -1.
 *
 *    0 u32 begin   16 u32 feature      32 f64 gradient     64 f64 lower     96 f32 value      112 f64 left gradient
 *    4 u32 end     20 u32 last bin     40 f64 hessian      72 f64 upper    100 u32 slot       120 f64 left hessian
 *    8 i32 left    24 u32 missing left 48 f64 gain         80 i64 whole g   104 u32 state      128 u8 [32] set: bit of a bin that goes right
 *   12 i32 right   28 u32 depth        56 f64 split gain   88 i64 whole h  108 u32 category
 */
export const NODE_BYTES: usize = 160;

/** A node whose best split waits to be made. */
export const OPEN: u32 = 1;
export const CLOSED: u32 = 0;

export const BY_CATEGORY: u32 = 1;
/** By one of several in their order: both sides' weights are held back by cat_l2. */
export const BY_CATEGORIES: u32 = 2;

@unmanaged
export class Node {
  begin: u32;
  end: u32;
  left: i32;
  right: i32;
  feature: u32;
  /** The last bin that goes left. */
  lastLeftBin: u32;
  missingLeft: u32;
  depth: u32;
  /** Sums over the node's rows, in whole numbers where they are quantised: times the unit they are sums of gradients. */
  gradient: f64;
  hessian: f64;
  /** What the split gained, by unrounded gradients. */
  gain: f64;
  /** What the best split gains by the histogram; none if 0. */
  splitGain: f64;
  /** Between which the weights of all leaves below must lie. */
  lower: f64;
  upper: f64;
  /** Unrounded sums, in whole numbers, once the tree is grown; `gradient` and `hessian` are then the same in the loss's own units. */
  wholeGradient: i64;
  wholeHessian: i64;
  value: f32;
  slot: usize;
  state: u32;
  /** Whether the best split is by one category or several; 0: by number. */
  byCategory: u32;
  leftGradient: f64;
  leftHessian: f64;
}

const SET_OFFSET: usize = 128;

// @ts-ignore: decorator
@inline
export function nodeAt(nodes: usize, index: u32): Node {
  return changetype<Node>(nodes + <usize>index * NODE_BYTES);
}

/** Whether a bin is in the set of those that go right. */
// @ts-ignore: decorator
@inline
export function isInSet(node: Node, bin: u32): bool {
  return (<u32>load<u8>(changetype<usize>(node) + SET_OFFSET + (bin >> 3)) & (1 << (bin & 7))) != 0;
}

export function addToSet(set: usize, bin: u32): void {
  const at = set + (bin >> 3);
  store<u8>(at, <u8>(<u32>load<u8>(at) | (1 << (bin & 7))));
}

export function copySet(node: Node, set: usize): void {
  memory.copy(changetype<usize>(node) + SET_OFFSET, set, 32);
}

export function beginNode(node: Node, from: u32, to: u32, depth: u32): void {
  node.begin = from;
  node.end = to;
  node.depth = depth;
  node.left = -1;
  node.right = -1;
  node.slot = 0;
  node.state = CLOSED;
}
