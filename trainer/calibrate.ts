import { exp, log } from "../kernel-as/assembly/math.ts";
import { logistic, logit, type Calibration } from "../kernel-as/model/calibration.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { checkPredictions } from "./metrics.ts";

/**
 * Fits a calibration to labels and probabilities of rows that the model had not seen: out-of-fold rows, never those it learned from, which it is too sure of. `isotonic` follows any shape and needs
 * a thousand rows and more; `platt` has two parameters. The same rows give the same calibration on every runtime. Throws `MGV_ARGUMENT`, `MGV_TRAIN_DATA` for one class only.
 */
export function calibrate(kind: Calibration["kind"], labels: ArrayLike<number>, probabilities: ArrayLike<number>): Calibration {
  checkPredictions(labels, probabilities);
  const all = Array.from(labels);
  if (!all.includes(0) || !all.includes(1)) throw new MangroveError("MGV_TRAIN_DATA", `A calibration needs rows of both labels; these ${all.length} are of one.`);
  return kind === "platt" ? platt(all, probabilities) : isotonic(all, probabilities);
}

/**
 * Newton's method on the log loss with Platt's targets, which keep a little doubt (Lin, Lin and Weng, "A note on Platt's probabilistic outputs", 2007). The loss is convex:
 * where its least lies at a falling line, the least of those that do not fall is the level one.
 */
function platt(labels: readonly number[], probabilities: ArrayLike<number>): Calibration {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const negatives = labels.length - positives;
  const targets = labels.map((label) => (label === 1 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2)));
  const logits = labels.map((_, row) => logit(probabilities[row]!));
  let [slope, intercept] = [0, logit(targets.reduce((sum, target) => sum + target, 0) / labels.length)];
  const level: Calibration = { kind: "platt", slope, intercept };
  let loss = lossOf(logits, targets, slope, intercept);
  for (let step = 0; step < 100; step++) {
    let [gradientSlope, gradientIntercept, slopeSlope, slopeIntercept, interceptIntercept] = [0, 0, 1e-12, 0, 1e-12];
    logits.forEach((x, row) => {
      const p = logistic(slope * x + intercept);
      const [gradient, curvature] = [p - targets[row]!, p * (1 - p)];
      gradientSlope += gradient * x;
      gradientIntercept += gradient;
      slopeSlope += curvature * x * x;
      slopeIntercept += curvature * x;
      interceptIntercept += curvature;
    });
    if (Math.abs(gradientSlope) < 1e-9 * labels.length && Math.abs(gradientIntercept) < 1e-9 * labels.length) break;
    const determinant = slopeSlope * interceptIntercept - slopeIntercept * slopeIntercept;
    const slopeStep = (slopeIntercept * gradientIntercept - interceptIntercept * gradientSlope) / determinant;
    const interceptStep = (slopeIntercept * gradientSlope - slopeSlope * gradientIntercept) / determinant;
    const lossAt = (part: number) => lossOf(logits, targets, slope + part * slopeStep, intercept + part * interceptStep);
    let part = 1;
    while (!(lossAt(part) < loss) && part > 1e-10) part /= 2;
    const next = lossAt(part);
    if (!(next < loss)) break;
    [slope, intercept, loss] = [slope + part * slopeStep, intercept + part * interceptStep, next];
  }
  return slope >= 0 ? { kind: "platt", slope, intercept } : level;
}

/** The sum of ln(1 + e^z) - target · z. */
function lossOf(logits: readonly number[], targets: readonly number[], slope: number, intercept: number): number {
  return logits.reduce((sum, x, row) => {
    const z = slope * x + intercept;
    return sum + Math.max(z, 0) + log(1 + exp(-Math.abs(z))) - targets[row]! * z;
  }, 0);
}

interface Step {
  readonly first: number;
  readonly last: number;
  readonly positives: number;
  readonly rows: number;
}

/** The rising steps nearest to the labels in squares, by pooling neighbours that fall (PAVA); a step is told by its first and its last probability. O(n log n). */
function isotonic(labels: readonly number[], probabilities: ArrayLike<number>): Calibration {
  const counts = new Map<number, { positives: number; rows: number }>();
  labels.forEach((label, row) => {
    const { positives, rows } = counts.get(probabilities[row]!) ?? { positives: 0, rows: 0 };
    counts.set(probabilities[row]!, { positives: positives + label, rows: rows + 1 });
  });
  const steps: Step[] = [];
  for (const [p, counted] of Array.from(counts).sort(([a], [b]) => a - b)) {
    let step: Step = { first: p, last: p, ...counted };
    for (let before = steps.at(-1); before && before.positives * step.rows >= step.positives * before.rows; before = steps.at(-1)) {
      steps.pop();
      step = { first: before.first, last: step.last, positives: before.positives + step.positives, rows: before.rows + step.rows };
    }
    steps.push(step);
  }
  const points = steps.flatMap(({ first, last, positives, rows }) => (first === last ? [first] : [first, last]).map((from) => ({ from, to: positives / rows })));
  return { kind: "isotonic", from: points.map(({ from }) => from), to: points.map(({ to }) => to) };
}
