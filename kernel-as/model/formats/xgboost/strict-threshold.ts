import { LIGHTGBM_ZERO } from "../../forest.ts";

const f32 = Math.fround;

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/**
 * The f32 threshold t with `v < t` for exactly those f32 values v that LightGBM sends left at `v <= threshold`, it having made a zero of the smallest.
 * Null for an infinite threshold, to the left of which all numbers go, Infinity too: no t says that.
 */
export function strictThreshold(threshold: number): number | null {
  if (threshold === Infinity) return null;
  if (Math.abs(threshold) < LIGHTGBM_ZERO) return threshold >= 0 ? above(LIGHTGBM_ZERO) : -LIGHTGBM_ZERO;
  if (threshold === -LIGHTGBM_ZERO) return -LIGHTGBM_ZERO;
  const nearest = f32(threshold);
  return nearest > threshold ? nearest : above(nearest);
}

/** The next f32 after one that is not a zero, NaN or Infinity. */
function above(value: number): number {
  float[0] = value;
  bits[0] = bits[0]! + (value > 0 ? 1 : -1);
  return float[0];
}
