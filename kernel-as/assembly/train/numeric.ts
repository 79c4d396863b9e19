import { Node } from "./node";
import { boundedScore, cellBits, keepSplit, plainScore, search, sumOf } from "./search";
import { FEATURE_BYTES } from "./settings";
import { MISSING_BIN, Training } from "./training";

/**
 * Looks at every boundary between a feature's bins, missing values on the right and, where the node has any, on the left. The first of equals wins: lower feature,
 * missing right, lower bin. Where the node has no missing value they go with the greater hessian.
 */
export function scanNumeric<Cell>(training: Training, node: Node, feature: u32, histogram: usize): void {
  const cells = histogram + (<usize>feature << (8 + cellBits<Cell>()));
  const entry = training.featureTable + <usize>feature * FEATURE_BYTES;
  const bins = load<u32>(entry);
  const direction = <i32>load<i8>(entry, 4);
  const missing = sumOf<Cell>(cells + (<usize>MISSING_BIN << cellBits<Cell>()));
  const hasMissing = v128.any_true(missing);
  if (training.bounded || search.minData > 1) {
    scanCarefully<Cell>(training, node, feature, cells, bins, direction, f64x2.splat(0), hasMissing, 0);
    if (hasMissing) scanCarefully<Cell>(training, node, feature, cells, bins, direction, missing, true, 1);
  } else {
    scanPlain<Cell>(feature, cells, bins, f64x2.splat(0), hasMissing, 0);
    if (hasMissing) scanPlain<Cell>(feature, cells, bins, missing, true, 1);
  }
}

/** `left`: what is on the left before the first bin. */
// @ts-ignore: decorator
@inline
function scanPlain<Cell>(feature: u32, cells: usize, bins: u32, left: v128, hasMissing: bool, missingLeft: u32): void {
  const total = f64x2.replace_lane(f64x2.splat(search.gradient), 0, search.hessian);
  const lambda = f64x2.splat(search.lambda);
  const least = search.minChildWeight;
  let best = search.found.score;
  for (let bin: u32 = 0; bin < bins; bin++) {
    left = f64x2.add(left, sumOf<Cell>(cells));
    cells += <usize>1 << cellBits<Cell>();
    if (f64x2.extract_lane(left, 0) < least) continue;
    const right = f64x2.sub(total, left);
    if (f64x2.extract_lane(right, 0) < least) break;
    const score = plainScore(left, right, lambda);
    if (score > best) {
      best = score;
      keepSplit(feature, 0, bin, sideOfMissing(left, right, hasMissing, missingLeft), f64x2.extract_lane(left, 0), f64x2.extract_lane(left, 1), score);
    }
  }
}

/** The same with bounds of weights, and with rows counted. */
function scanCarefully<Cell>(training: Training, node: Node, feature: u32, cells: usize, bins: u32, direction: i32, left: v128, hasMissing: bool, missingLeft: u32): void {
  const total = f64x2.replace_lane(f64x2.splat(search.gradient), 0, search.hessian);
  const lambda = f64x2.splat(search.lambda);
  const counts = training.counts + (<usize>feature << 10);
  const minData = search.minData;
  let rows = minData > 1 && missingLeft ? load<u32>(counts, MISSING_BIN << 2) : 0;
  for (let bin: u32 = 0; bin < bins; bin++) {
    left = f64x2.add(left, sumOf<Cell>(cells));
    cells += <usize>1 << cellBits<Cell>();
    if (minData > 1) {
      rows += load<u32>(counts + (<usize>bin << 2));
      if (rows < minData || search.rows - rows < minData) continue;
    }
    const right = f64x2.sub(total, left);
    if (f64x2.extract_lane(left, 0) < search.minChildWeight || f64x2.extract_lane(right, 0) < search.minChildWeight) continue;
    const score = training.bounded ? boundedScore(training, node, f64x2.extract_lane(left, 0), f64x2.extract_lane(left, 1), search.lambda, direction) : plainScore(left, right, lambda);
    if (score > search.found.score) keepSplit(feature, 0, bin, sideOfMissing(left, right, hasMissing, missingLeft), f64x2.extract_lane(left, 0), f64x2.extract_lane(left, 1), score);
  }
}

// @ts-ignore: decorator
@inline
function sideOfMissing(left: v128, right: v128, hasMissing: bool, missingLeft: u32): u32 {
  return hasMissing ? missingLeft : u32(f64x2.extract_lane(left, 0) > f64x2.extract_lane(right, 0));
}

/**
 * Of the boundaries that part the node's rows as the best one does, for only empty bins lie between them, the one in the middle: values that no row has yet go to the side that is nearer.
 * The last one where no value is on the right: it parts the missing from all others.
 */
export function middleBoundary<Cell>(training: Training, histogram: usize): u32 {
  const cells = histogram + (<usize>search.found.feature << (8 + cellBits<Cell>()));
  const bins = load<u32>(training.featureTable + <usize>search.found.feature * FEATURE_BYTES);
  const counts = training.counts + (<usize>search.found.feature << 10);
  let last = search.found.lastLeftBin;
  while (last + 1 < bins) {
    if (v128.any_true(sumOf<Cell>(cells + (<usize>(last + 1) << cellBits<Cell>())))) return (search.found.lastLeftBin + last) >> 1;
    if (search.minData > 1 && load<u32>(counts + (<usize>(last + 1) << 2)) > 0) return (search.found.lastLeftBin + last) >> 1;
    last++;
  }
  return last;
}
