const f32 = Math.fround;
const float = new Float32Array(1);
const floatBits = new Int32Array(float.buffer);
const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);

/** Rounds to infinity in f32: the midpoint of the greatest f32 and 2^128. */
const OVERFLOW = 2 ** 128 - 2 ** 103;

/**
 * The greatest f64 that rounds to an f32 below `threshold`: `fround(v) < threshold` is the same as `v <= atMost(threshold)` for every f64 v but
 * NaN. Null for -Infinity, below which there is nothing.
 */
export function atMost(threshold: number): number | null {
  if (threshold === -Infinity) return null;
  const below = nextBelow(threshold);
  // exact: both have 24 bits, so their midpoint has 25
  const midpoint = threshold === Infinity ? OVERFLOW : below === -Infinity ? -OVERFLOW : (below + threshold) / 2;
  // what lies between rounds to the one whose last bit is 0
  float[0] = below;
  const tiesFallBelow = (floatBits[0]! & 1) === 0;
  return tiesFallBelow ? midpoint : nextBelowDouble(midpoint);
}

/** The next f32 towards -Infinity. */
function nextBelow(value: number): number {
  float[0] = value;
  if (value === 0) return f32(-(2 ** -149));
  floatBits[0] = floatBits[0]! + (value > 0 ? -1 : 1);
  return float[0];
}

/** The next f64 towards -Infinity, of a number that is not 0. */
function nextBelowDouble(value: number): number {
  double[0] = value;
  doubleBits[0] = doubleBits[0]! + (value > 0 ? -1n : 1n);
  return double[0];
}
