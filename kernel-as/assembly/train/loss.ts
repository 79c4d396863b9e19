import { exp, log } from "../math";
import { LOGISTIC, SOFTMAX } from "./settings";
import { Training } from "./training";

/** The surest that a prediction counts as wrong (XGBoost's bound in logloss). */
export const LEAST_CHANCE: f64 = 1e-16;

/** Sum of weight × loss over other rows by their margins, f32 [rows][outputs]: -log of the label's probability, or the squared error. `weights`: f32, or 0. */
export function lossOf(pointer: usize, rows: u32, labels: usize, weights: usize, margins: usize): f64 {
  const training = changetype<Training>(pointer);
  const outputs = <usize>training.outputs;
  let sum: f64 = 0;
  for (let row: usize = 0; row < <usize>rows; row++) {
    const label = load<f32>(labels + (row << 2));
    const weight = weights == 0 ? 1.0 : <f64>load<f32>(weights + (row << 2));
    sum += weight * rowLoss(training, margins + ((row * outputs) << 2), label);
  }
  return sum;
}

function rowLoss(training: Training, margins: usize, label: f32): f64 {
  const margin = <f64>load<f32>(margins);
  if (training.objective == LOGISTIC) return -log(max(1.0 / (1.0 + exp(label == 1 ? -margin : margin)), LEAST_CHANCE));
  if (training.objective != SOFTMAX) return (margin - <f64>label) * (margin - <f64>label);
  let most = load<f32>(margins);
  for (let k: usize = 1; k < training.outputs; k++) most = max(most, load<f32>(margins + (k << 2)));
  let sum: f64 = 0;
  for (let k: usize = 0; k < training.outputs; k++) sum += exp(<f64>load<f32>(margins + (k << 2)) - <f64>most);
  return -log(max(exp(<f64>load<f32>(margins + (<usize>label << 2)) - <f64>most) / sum, LEAST_CHANCE));
}
