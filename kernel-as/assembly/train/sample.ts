import { GOSS, keyOf, mix, SUBSAMPLE, uniform } from "./random";
import { Training } from "./training";

/** Which rows the trees of this round learn from. */
export function chooseRows(training: Training, round: u32): void {
  if (training.topRate > 0) chooseByGradient(training, keyOf(training.seed, round, GOSS));
  else if (training.subsample < 1) chooseByChance(training, keyOf(training.seed, round, SUBSAMPLE));
}

function chooseByChance(training: Training, key: u32): void {
  for (let row: u32 = 0; row < training.rows; row++) store<u8>(training.kept + row, u8(uniform(row, key) < training.subsample));
}

/** Buckets of magnitudes: the 16 high bits of an f32. */
const BUCKETS: u32 = 32768;

/**
 * Gradient-based one-side sampling (Ke et al., LightGBM, 2017): the rows of the largest |gradient| × hessian, and some of the others, which stand for all others.
 * The largest are told by 8 bits of their exponent and 7 of their fraction: rows of the bucket where the rate is reached all count as large.
 */
function chooseByGradient(training: Training, key: u32): void {
  const counts = heap.alloc(<usize>BUCKETS << 2);
  memory.fill(counts, 0, <usize>BUCKETS << 2);
  for (let row: u32 = 0; row < training.rows; row++) {
    const at = counts + (<usize>bucketOf(training, row) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  const wanted = max<u32>(1, <u32>(<f64>training.rows * training.topRate));
  let large: u32 = 0;
  let bucket = BUCKETS;
  while (bucket > 0 && large < wanted) {
    bucket--;
    large += load<u32>(counts + (<usize>bucket << 2));
  }
  heap.free(counts);
  const others = training.rows - large;
  const share = min(1.0, (<f64>training.rows * training.otherRate) / <f64>max<u32>(others, 1));
  for (let row: u32 = 0; row < training.rows; row++) {
    const isLarge = bucketOf(training, row) >= bucket;
    const isKept = isLarge || uniform(row, key) < share;
    store<u8>(training.kept + row, u8(isKept));
    if (isKept && !isLarge) amplify(training, row, <f32>(1.0 / share));
  }
}

function amplify(training: Training, row: u32, times: f32): void {
  for (let output: u32 = 0; output < training.outputs; output++) {
    const at = training.gradients + ((<usize>output * training.rows + row) << 3);
    store<f32>(at, load<f32>(at) * times);
    store<f32>(at, load<f32>(at, 4) * times, 4);
  }
}

function bucketOf(training: Training, row: u32): u32 {
  let sum: f32 = 0;
  for (let output: u32 = 0; output < training.outputs; output++) {
    const at = training.gradients + ((<usize>output * training.rows + row) << 3);
    sum += abs(load<f32>(at, 4)) * load<f32>(at);
  }
  return reinterpret<u32>(sum) >> 16;
}

/** Leaves max(1, ⌊share × candidates⌋) ones of the mask, chosen by the key. `picks` is room for them all. */
export function chooseFeatures(mask: usize, features: u32, share: f64, key: u32, picks: usize): void {
  if (share >= 1) return;
  let candidates: u32 = 0;
  for (let feature: u32 = 0; feature < features; feature++) {
    if (load<u8>(mask + feature) == 0) continue;
    store<u32>(picks + (<usize>candidates << 2), feature);
    candidates++;
  }
  const chosen = max<u32>(1, <u32>(share * <f64>candidates));
  for (let i: u32 = 0; i + chosen < candidates; i++) {
    // one of those that are still there goes; the last takes its place
    const left = candidates - i;
    const at = picks + (<usize>(mix(i, key) % left) << 2);
    store<u8>(mask + load<u32>(at), 0);
    store<u32>(at, load<u32>(picks + (<usize>(left - 1) << 2)));
  }
}
