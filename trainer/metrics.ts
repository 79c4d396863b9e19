import { log } from "../kernel-as/assembly/math.ts";
import type { Metrics } from "../kernel-as/model/card.ts";

/** No probability counts as surer than this in the log loss. */
const SUREST = 1e-7;

/** Scores predictions against labels of 0 and 1. Rounded to 6 digits; the same on every runtime. */
export function score(labels: ArrayLike<number>, probabilities: ArrayLike<number>, threshold: number): Metrics {
  const rows = labels.length;
  let positives = 0;
  let truePositives = 0;
  let falsePositives = 0;
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const p = probabilities[row]!;
    const positive = labels[row] === 1;
    const sure = Math.min(Math.max(positive ? p : 1 - p, SUREST), 1);
    loss -= log(sure);
    if (positive) positives++;
    if (p >= threshold && positive) truePositives++;
    if (p >= threshold && !positive) falsePositives++;
  }
  const falseNegatives = positives - truePositives;
  const area = auc(labels, probabilities);
  return {
    rows,
    positives,
    accuracy: rounded((rows - falsePositives - falseNegatives) / rows) ?? 0,
    precision: rounded(truePositives / (truePositives + falsePositives)),
    recall: rounded(truePositives / positives),
    f1: rounded((2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives)),
    auc: rounded(area),
    logloss: rounded(loss / rows) ?? 0,
  };
}

/** The chance that a positive ranks above a negative, ties counting half; NaN without both. O(n log n). */
export function auc(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  const order = Uint32Array.from({ length: labels.length }, (_, row) => row).sort((a, b) => probabilities[a]! - probabilities[b]!);
  let positives = 0;
  let rankSum = 0;
  for (let first = 0; first < order.length; ) {
    let last = first;
    let tied = 0;
    while (last < order.length && probabilities[order[last]!] === probabilities[order[first]!]) tied += labels[order[last++]!]!;
    rankSum += tied * ((first + 1 + last) / 2);
    positives += tied;
    first = last;
  }
  const negatives = labels.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

function rounded(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value * 1e6) / 1e6 : null;
}
