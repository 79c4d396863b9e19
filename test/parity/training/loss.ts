import type { DataSet } from "../../fixtures/data-sets.ts";

/** Of the held-out rows by their margins: weighted mean logloss, or the root of the weighted mean squared error. */
export function heldOutLoss({ heldOut: { labels, weights }, objective, classes }: DataSet, margins: ArrayLike<number>): number {
  const lossOf = {
    "reg:squarederror": (row: number) => (margins[row]! - labels[row]!) ** 2,
    "binary:logistic": (row: number) => Math.log1p(Math.exp(labels[row] === 1 ? -margins[row]! : margins[row]!)),
    "multi:softprob": (row: number) => {
      const mine = Array.from({ length: classes }, (_, k) => margins[row * classes + k]!);
      return Math.log(mine.reduce((sum, margin) => sum + Math.exp(margin), 0)) - mine[labels[row]!]!;
    },
  }[objective];
  let [sum, total] = [0, 0];
  for (let row = 0; row < labels.length; row++) {
    const weight = weights?.[row] ?? 1;
    sum += weight * lossOf(row);
    total += weight;
  }
  return objective === "reg:squarederror" ? Math.sqrt(sum / total) : sum / total;
}
