/*
 * What a search has found. Threads that search some of the features each compare theirs: kernel-as/host/train/exchange.ts.
 *
 *   0 f64 score   8 f64 score as a leaf   16 f64 left hessian   24 f64 left gradient   32 u32 feature   36 u32 last left bin
 *   40 u32 missing left   44 u32 by category   48 u8 [32] set: bit of a bin that goes right
 */
export const FOUND_BYTES: usize = 80;

@unmanaged
export class Found {
  /** Left and right together, of the best split so far; at first what the node has as a leaf, and the least gain. */
  score: f64;
  asLeaf: f64;
  leftHessian: f64;
  leftGradient: f64;
  feature: u32;
  lastLeftBin: u32;
  missingLeft: u32;
  byCategory: u32;
}

// @ts-ignore: decorator
@inline
export function setOf(found: Found): usize {
  return changetype<usize>(found) + offsetof<Found>();
}
