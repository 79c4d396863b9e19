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
  for (let i: u32 = 0; i < training.sampled; i++) {
    const row = load<u32>(training.order + (<usize>i << 2));
    const at = gradients + (<usize>row << 3);
    const chance = mix(row, key);
    const hessian = Math.floor(<f64>load<f32>(at) * hessianScale + <f64>(chance & 0xffff) * 0.0000152587890625);
    const gradient = Math.floor(<f64>load<f32>(at, 4) * gradientScale + <f64>(chance >> 16) * 0.0000152587890625);
    store<i32>(training.pairs + (<usize>row << 3), <i32>hessian);
    store<i32>(training.pairs + (<usize>row << 3), <i32>gradient, 4);
  }
}
