import { setOf } from "./found";
import { addToSet, BY_CATEGORIES, BY_CATEGORY, Node } from "./node";
import { boundedScore, cellBits, keepSplit, plainScore, search, sumOf } from "./search";
import { FEATURE_BYTES } from "./settings";
import { MISSING_BIN, Training } from "./training";

/** Categories of the node in order of their gradients: u32 bins, and f64 what they are ordered by. */
const ordered: usize = memory.data(256 * 4, 16);
const ratios: usize = memory.data(256 * 8, 16);

/**
 * Looks for the categories that go right: each alone where there are few, else those of the least and of the greatest gradients a hessian, up to max_cat_threshold of them
 * (Fisher, 1958; dmlc/xgboost src/tree/hist/evaluate_splits.h). Smoothing and penalty of rare categories are LightGBM's. A category that is not in the set, so one that no row has, goes left.
 */
export function scanCategories<Cell>(training: Training, node: Node, feature: u32, histogram: usize): void {
  const cells = histogram + (<usize>feature << (8 + cellBits<Cell>()));
  const bins = load<u32>(training.featureTable + <usize>feature * FEATURE_BYTES);
  const missing = sumOf<Cell>(cells + (<usize>MISSING_BIN << cellBits<Cell>()));
  const hasMissing = v128.any_true(missing);
  if (bins <= training.maxCatToOnehot) {
    for (let bin: u32 = 0; bin < bins; bin++) {
      store<u32>(ordered, bin);
      scanRising<Cell>(training, node, feature, cells, 1, 1, 0, f64x2.splat(0), hasMissing);
      if (hasMissing) scanRising<Cell>(training, node, feature, cells, 1, 1, 0, missing, hasMissing);
    }
    return;
  }
  const count = order<Cell>(training, cells, bins);
  const most = min((count + 1) >> 1, training.maxCatThreshold); // the other half is what the other direction leaves
  for (let falling: u32 = 0; falling < 2; falling++) {
    scanRising<Cell>(training, node, feature, cells, count, most, falling, f64x2.splat(0), hasMissing);
    if (hasMissing) scanRising<Cell>(training, node, feature, cells, count, most, falling, missing, hasMissing);
  }
}

/**
 * Puts the node's categories in the order of gradient / (hessian + cat_smooth), equals by bin; returns how many there are. Those of fewer than cat_smooth rows, as the node's rows and their
 * share of its hessian make it, are left out, and go left: what so few rows say is mostly noise, and of many such categories some always fit.
 */
function order<Cell>(training: Training, cells: usize, bins: u32): u32 {
  const smooth = training.catSmooth / search.hessianUnit;
  const least = (training.catSmooth * search.hessian) / <f64>search.rows;
  let count: u32 = 0;
  for (let bin: u32 = 0; bin < bins; bin++) {
    const sum = sumOf<Cell>(cells + (<usize>bin << cellBits<Cell>()));
    if (!v128.any_true(sum) || f64x2.extract_lane(sum, 0) < least) continue;
    const ratio = f64x2.extract_lane(sum, 1) / (f64x2.extract_lane(sum, 0) + smooth);
    let place = count;
    count++;
    while (place > 0 && load<f64>(ratios + (<usize>(place - 1) << 3)) > ratio) {
      store<f64>(ratios + (<usize>place << 3), load<f64>(ratios + (<usize>(place - 1) << 3)));
      store<u32>(ordered + (<usize>place << 2), load<u32>(ordered + (<usize>(place - 1) << 2)));
      place--;
    }
    store<f64>(ratios + (<usize>place << 3), ratio);
    store<u32>(ordered + (<usize>place << 2), bin);
  }
  return count;
}

/** One category after the other to the right, from the least on or from the greatest. `missing`: what of the missing values goes right with them. */
function scanRising<Cell>(training: Training, node: Node, feature: u32, cells: usize, count: u32, most: u32, falling: u32, missing: v128, hasMissing: bool): void {
  const total = f64x2.replace_lane(f64x2.splat(search.gradient), 0, search.hessian);
  const missingRight = v128.any_true(missing);
  const lambda = search.lambda + (count > 1 ? training.catL2 / (training.bounded ? 1.0 : search.hessianUnit) : 0);
  const counts = training.counts + (<usize>feature << 10);
  let rows = search.minData > 1 && missingRight ? load<u32>(counts, MISSING_BIN << 2) : 0;
  let right = missing;
  for (let i: u32 = 0; i < most; i++) {
    const bin = load<u32>(ordered + (<usize>(falling ? count - 1 - i : i) << 2));
    right = f64x2.add(right, sumOf<Cell>(cells + (<usize>bin << cellBits<Cell>())));
    if (search.minData > 1) {
      rows += load<u32>(counts + (<usize>bin << 2));
      if (rows < search.minData || search.rows - rows < search.minData) continue;
    }
    const left = f64x2.sub(total, right);
    if (f64x2.extract_lane(left, 0) < search.minChildWeight || f64x2.extract_lane(right, 0) < search.minChildWeight) continue;
    const score = training.bounded ? boundedScore(training, node, f64x2.extract_lane(left, 0), f64x2.extract_lane(left, 1), lambda, 0) : plainScore(left, right, f64x2.splat(lambda));
    if (!(score > search.found.score)) continue;
    const missingLeft = hasMissing ? u32(!missingRight) : u32(f64x2.extract_lane(left, 0) > f64x2.extract_lane(right, 0));
    keepSplit(feature, count > 1 ? BY_CATEGORIES : BY_CATEGORY, 0, missingLeft, f64x2.extract_lane(left, 0), f64x2.extract_lane(left, 1), score);
    const set = setOf(search.found);
    memory.fill(set, 0, 32);
    for (let k: u32 = 0; k <= i; k++) addToSet(set, load<u32>(ordered + (<usize>(falling ? count - 1 - k : k) << 2)));
  }
}

