import { exp, log } from "../math";
import { expPair } from "../math-pairs";
import { LEAST_CHANCE } from "./loss";
import { chooseRows } from "./sample";
import { LOGISTIC, SOFTMAX } from "./settings";
import { Training } from "./training";

/** XGBoost's least hessian, so that sure predictions still move. */
const LEAST_HESSIAN: f64 = 1e-16;

/** Begins a round: hessian and gradient of every row and output by the margins as they are, as f32, times the row's weight; and which rows are learned from. */
export function beginRound(pointer: usize, round: u32): void {
  const training = changetype<Training>(pointer);
  if (training.objective == LOGISTIC) logistic(training);
  else if (training.objective == SOFTMAX) softmax(training);
  else squared(training);
  chooseRows(training, round);
}

// @ts-ignore: decorator
@inline
function weightOf(training: Training, row: usize): f64 {
  return training.weights == 0 ? 1.0 : <f64>load<f32>(training.weights + (row << 2));
}

// @ts-ignore: decorator
@inline
function put(training: Training, output: usize, row: usize, hessian: f64, gradient: f64): void {
  const at = training.gradients + ((output * training.rows + row) << 3);
  store<f32>(at, <f32>hessian);
  store<f32>(at, <f32>gradient, 4);
}

/** p - y and p (1 - p), dmlc/xgboost src/objective/regression_loss.h. */
function logistic(training: Training): void {
  const pairs = training.weights == 0 ? training.rows & ~1 : 0;
  let loss = pairs > 0 ? logisticPairs(training, pairs) : 0;
  for (let row: usize = pairs; row < <usize>training.rows; row++) {
    const label = <f64>load<f32>(training.labels + (row << 2));
    const p = 1.0 / (1.0 + exp(-<f64>load<f32>(training.margins + (row << 2))));
    const weight = weightOf(training, row);
    const times = weight * (label == 1.0 ? training.scalePosWeight : 1.0);
    put(training, 0, row, max(p * (1.0 - p), LEAST_HESSIAN) * times, (p - label) * times);
    loss -= weight * log(max(label == 1.0 ? p : 1.0 - p, LEAST_CHANCE));
  }
  training.loss = loss;
}

/** A product of chances whose logarithm is due: 16 more of the least chances, and it is still a normal number. */
const SMALL_PRODUCT: f64 = 1e-50;

/** The same of the first `rows` rows without weights, two at a time; returns their loss, by one logarithm for the product of many chances. */
function logisticPairs(training: Training, rows: u32): f64 {
  const one = f64x2.splat(1);
  const positive = f64x2.splat(training.scalePosWeight);
  const leastHessian = f64x2.splat(LEAST_HESSIAN);
  const leastChance = f64x2.splat(LEAST_CHANCE);
  let loss: f64 = 0;
  let product = one;
  for (let row: usize = 0; row < <usize>rows; row += 2) {
    const label = f64x2.promote_low_f32x4(v128.load64_zero(training.labels + (row << 2)));
    const margin = f64x2.promote_low_f32x4(v128.load64_zero(training.margins + (row << 2)));
    const p = f64x2.div(one, f64x2.add(one, expPair(f64x2.neg(margin))));
    const rest = f64x2.sub(one, p);
    const isPositive = f64x2.eq(label, one);
    const times = v128.bitselect(positive, one, isPositive);
    const hessian = f32x4.demote_f64x2_zero(f64x2.mul(f64x2.pmax(f64x2.mul(p, rest), leastHessian), times));
    const gradient = f32x4.demote_f64x2_zero(f64x2.mul(f64x2.sub(p, label), times));
    v128.store(training.gradients + (row << 3), v128.shuffle<f32>(hessian, gradient, 0, 4, 1, 5));
    product = f64x2.mul(product, f64x2.pmax(v128.bitselect(p, rest, isPositive), leastChance));
    if ((row & 31) != 30 || !v128.any_true(f64x2.lt(product, f64x2.splat(SMALL_PRODUCT)))) continue;
    loss -= log(f64x2.extract_lane(product, 0)) + log(f64x2.extract_lane(product, 1));
    product = one;
  }
  return loss - (log(f64x2.extract_lane(product, 0)) + log(f64x2.extract_lane(product, 1)));
}

/** Margin less label, and 1. */
function squared(training: Training): void {
  let loss: f64 = 0;
  for (let row: usize = 0; row < <usize>training.rows; row++) {
    const weight = weightOf(training, row);
    const error = <f64>load<f32>(training.margins + (row << 2)) - <f64>load<f32>(training.labels + (row << 2));
    put(training, 0, row, weight, error * weight);
    loss += error * error * weight;
  }
  training.loss = loss;
}

/** p - [y = class] and 2 p (1 - p), dmlc/xgboost src/objective/multiclass_obj.cu. */
function softmax(training: Training): void {
  const outputs = <usize>training.outputs;
  let loss: f64 = 0;
  for (let row: usize = 0; row < <usize>training.rows; row++) {
    const margins = training.margins + ((row * outputs) << 2);
    let most = load<f32>(margins);
    for (let k: usize = 1; k < outputs; k++) most = max(most, load<f32>(margins + (k << 2)));
    let sum: f64 = 0;
    for (let k: usize = 0; k < outputs; k++) sum += exp(<f64>load<f32>(margins + (k << 2)) - <f64>most);
    const label = <usize>load<f32>(training.labels + (row << 2));
    const weight = weightOf(training, row);
    for (let k: usize = 0; k < outputs; k++) {
      const p = exp(<f64>load<f32>(margins + (k << 2)) - <f64>most) / sum;
      put(training, k, row, max(2.0 * p * (1.0 - p), LEAST_HESSIAN) * weight, (p - (k == label ? 1.0 : 0.0)) * weight);
      if (k == label) loss -= weight * log(max(p, LEAST_CHANCE));
    }
  }
  training.loss = loss;
}

/** Sum of weight × loss over the rows, by the margins with which the last round began: as {@link lossOf} of loss.ts. */
export function loss(pointer: usize): f64 {
  return changetype<Training>(pointer).loss;
}
