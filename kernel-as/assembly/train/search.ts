import { Found } from "./found";
import { Node } from "./node";
import { EXACT_CELL, QUANTISED_CELL, Training } from "./training";
import { bestScore, scoreOf, weightOf } from "./weight";

/** A split must gain more than this (XGBoost's kRtEps), so that what roundings leave of nothing is none. */
const LEAST_GAIN: f64 = 1e-6;

/** What a split must gain at least. */
export function leastGain(training: Training): f64 {
  return max(training.gamma, LEAST_GAIN);
}

export const NO_FEATURE: u32 = 0xffffffff;

/**
 * A node's search for its best split. Sums of hessian and gradient are f64x2. Where nothing bounds weights they are whole numbers of the histogram, and scores are in the same units: powers
 * of two apart from the loss, which changes no bit.
 */
@unmanaged
export class Search {
  rows: u32;
  minData: u32;
  hessian: f64;
  gradient: f64;
  /** Of one unit of the histogram. */
  hessianUnit: f64;
  gradientUnit: f64;
  lambda: f64;
  minChildWeight: f64;
  found: Found;
}

/** Of the node in hand: only one is searched at a time. */
export const search = changetype<Search>(memory.data(128, 16));

export function beginSearch(training: Training, node: Node, found: Found): void {
  const hessianUnit = training.hessianUnit;
  const gradientUnit = training.gradientUnit;
  const bounded = training.bounded;
  search.rows = node.end - node.begin;
  search.minData = training.minDataInLeaf;
  search.hessian = node.hessian;
  search.gradient = node.gradient;
  search.hessianUnit = hessianUnit;
  search.gradientUnit = gradientUnit;
  search.lambda = bounded ? training.lambda : training.lambda / hessianUnit;
  search.minChildWeight = training.minChildWeight / hessianUnit;
  const score = bestScore(training, node, node.gradient * gradientUnit, node.hessian * hessianUnit);
  search.found = found;
  found.asLeaf = (score + leastGain(training)) / scoreUnit(training);
  found.score = found.asLeaf;
  found.feature = NO_FEATURE;
}

/** What a score of the search is worth in loss. */
export function scoreUnit(training: Training): f64 {
  return training.bounded ? 1.0 : (training.gradientUnit * training.gradientUnit) / training.hessianUnit;
}

/** (hessian, gradient) of a cell. `Cell`: i64 quantised, f64 otherwise. */
// @ts-ignore: decorator
@inline
export function sumOf<Cell>(at: usize): v128 {
  if (isInteger<Cell>()) return f64x2.convert_low_i32x4_s(v128.load64_zero(at));
  return v128.load(at);
}

/** Bits of a cell's address. */
// @ts-ignore: decorator
@inline
export function cellBits<Cell>(): usize {
  return isInteger<Cell>() ? QUANTISED_CELL : EXACT_CELL;
}

/** Left and right together where nothing bounds weights: g² / (h + lambda) each. */
// @ts-ignore: decorator
@inline
export function plainScore(left: v128, right: v128, lambda: v128): f64 {
  const hessians = v128.shuffle<f64>(left, right, 0, 2);
  const gradients = v128.shuffle<f64>(left, right, 1, 3);
  const scores = f64x2.div(f64x2.mul(gradients, gradients), f64x2.add(hessians, lambda));
  return f64x2.extract_lane(scores, 0) + f64x2.extract_lane(scores, 1);
}

/** Left (given) and right together by weights within the node's bounds; -Infinity where they go against the direction (1: up with the feature, -1: down, 0: either). */
export function boundedScore(training: Training, node: Node, hessian: f64, gradient: f64, lambda: f64, direction: i32): f64 {
  const leftHessian = hessian * search.hessianUnit;
  const leftGradient = gradient * search.gradientUnit;
  const rightHessian = (search.hessian - hessian) * search.hessianUnit;
  const rightGradient = (search.gradient - gradient) * search.gradientUnit;
  const leftWeight = weightOf(training, node, leftGradient, leftHessian, lambda);
  const rightWeight = weightOf(training, node, rightGradient, rightHessian, lambda);
  if ((direction > 0 && leftWeight > rightWeight) || (direction < 0 && leftWeight < rightWeight)) return -Infinity;
  return scoreOf(training, leftGradient, leftHessian, lambda, leftWeight) + scoreOf(training, rightGradient, rightHessian, lambda, rightWeight);
}

/** Keeps a split as the best so far. */
export function keepSplit(feature: u32, byCategory: u32, lastLeftBin: u32, missingLeft: u32, leftHessian: f64, leftGradient: f64, score: f64): void {
  const found = search.found;
  found.score = score;
  found.feature = feature;
  found.byCategory = byCategory;
  found.lastLeftBin = lastLeftBin;
  found.missingLeft = missingLeft;
  found.leftHessian = leftHessian;
  found.leftGradient = leftGradient;
}
