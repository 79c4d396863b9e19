import { keyOf, mix, ROUNDING } from "./random";
import { Training } from "./training";

/** The largest power of two s with sum * s <= room; 1 where there is nothing to sum up. */
export function powerBelow(room: f64, sum: f64): f64 {
  if (sum <= 0) return 1;
  return reinterpret<f64>(reinterpret<u64>(room / sum) & 0x7ff0000000000000);
}

/**
 * Writes `order` (the sampled rows) and their `pairs` for the tree of an output. Quantised, a number times its scale is rounded up with the chance of its
 * fraction, by 16 bits that depend on seed, tree and row alone, so that sums of many are right on average.
 */
export function preparePairs(training: Training, tree: u32, output: u32): void {
  const gradients = training.gradients + ((<usize>output * training.rows) << 3);
  let sampled: u32 = 0;
  for (let row: u32 = 0; row < training.rows; row++) {
    store<u32>(training.order + (<usize>sampled << 2), row);
    sampled += u32(training.kept == 0 || load<u8>(training.kept + row) != 0);
  }
  training.sampled = sampled;
  sumMagnitudes(training, gradients);
  if (training.quantised) {
    quantise(training, gradients, keyOf(training.seed, tree, ROUNDING));
  } else {
    training.gradientUnit = 1;
    training.hessianUnit = 1;
    memory.copy(training.pairs, gradients, <usize>training.rows << 3);
  }
}

/** Sums of magnitudes over the sampled rows. */
function sumMagnitudes(training: Training, gradients: usize): void {
  let gradientSum: f64 = 0;
  let hessianSum: f64 = 0;
  for (let i: u32 = 0; i < training.sampled; i++) {
    const at = gradients + (<usize>load<u32>(training.order + (<usize>i << 2)) << 3);
    hessianSum += <f64>load<f32>(at);
    gradientSum += <f64>abs(load<f32>(at, 4));
  }
  training.gradientSum = gradientSum;
  training.hessianSum = hessianSum;
}

function quantise(training: Training, gradients: usize, key: u32): void {
  // every number may be rounded up by less than 1
  const room = 2147483647.0 - <f64>training.sampled;
  const gradientScale = powerBelow(room, training.gradientSum);
  const hessianScale = powerBelow(room, training.hessianSum);
  training.gradientUnit = 1.0 / gradientScale;
  training.hessianUnit = 1.0 / hessianScale;
  const scales = f64x2.replace_lane(f64x2.splat(gradientScale), 0, hessianScale);
  const places = f64x2.splat(0.0000152587890625); // 2^-16
  for (let i: u32 = 0; i < training.sampled; i++) {
    const row = load<u32>(training.order + (<usize>i << 2));
    const pair = f64x2.promote_low_f32x4(v128.load64_zero(gradients + (<usize>row << 3)));
    const bits = i32x4.splat(mix(row, key));
    const chances = f64x2.mul(f64x2.convert_low_i32x4_u(i32x4.extend_low_i16x8_u(bits)), places);
    const whole = i32x4.trunc_sat_f64x2_s_zero(f64x2.floor(f64x2.add(f64x2.mul(pair, scales), chances)));
    v128.store64_lane(training.pairs + (<usize>row << 3), whole, 0);
  }
}
