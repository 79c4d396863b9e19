import { LIGHTGBM_ZERO, Missing, type Family, type Floats, type Tree } from "../forest.ts";

/**
 * The decisions of a tree's inner nodes in one form for both families: right when x >= cut, a missing value to its side. A NaN
 * cut sends no number right. By node; what it says of leaves means nothing.
 */
export interface Decisions {
  readonly cut: Floats;
  /** 1: a missing value goes left. */
  readonly missingLeft: Uint8Array;
  /** 1: values that LightGBM reads as zero are missing too. */
  readonly zeroIsMissing: Uint8Array;
}

/**
 * XGBoost's x < t is x < cut as it stands. LightGBM's x <= t is x < cut for the next f64 above t; where NaN is not missing it is
 * read as 0; and what it reads as zero must all fall on one side, so a t within moves to the edge.
 */
export function decisionsOf(family: Family, tree: Tree): Decisions {
  if (family === "xgboost") return { cut: tree.split, missingLeft: tree.defaultLeft, zeroIsMissing: new Uint8Array(tree.left.length) };
  const cut = new Float64Array(tree.left.length);
  const missingLeft = new Uint8Array(tree.left.length);
  const zeroIsMissing = new Uint8Array(tree.left.length);
  for (let node = 0; node < cut.length; node++) {
    if (tree.left[node] === -1) continue;
    if (tree.categories !== null && tree.categories.of[node] !== -1) continue; // NaN goes right
    const t = tree.split[node]!;
    cut[node] = t === Infinity ? NaN : nextAbove(outsideOfZero(t));
    const missing = tree.missing[node];
    missingLeft[node] = missing === Missing.none ? Number(t >= 0) : tree.defaultLeft[node]!;
    zeroIsMissing[node] = Number(missing === Missing.zero);
  }
  return { cut, missingLeft, zeroIsMissing };
}

function outsideOfZero(t: number): number {
  if (t >= 0 && t < LIGHTGBM_ZERO) return LIGHTGBM_ZERO;
  if (t < 0 && t >= -LIGHTGBM_ZERO) return -nextAbove(LIGHTGBM_ZERO);
  return t;
}

const bits = new DataView(new ArrayBuffer(8));

/** The least f64 greater than `x`, which is not NaN and not +Infinity. */
function nextAbove(x: number): number {
  if (x === 0) return Number.MIN_VALUE;
  bits.setFloat64(0, x);
  bits.setBigInt64(0, bits.getBigInt64(0) + (x > 0 ? 1n : -1n));
  return bits.getFloat64(0);
}
