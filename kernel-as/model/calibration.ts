import { exp, log } from "../assembly/math.ts";

/** How a probability becomes one that can be taken at its word; rises with it, or stays. Plain data, as a model's card keeps it. */
export type Calibration =
  /** Platt's: the logistic function of slope · logit(p) + intercept. The slope is 0 or above. */
  | { readonly kind: "platt"; readonly slope: number; readonly intercept: number }
  /** A line through points of rising `from` and of `to` that never falls; beyond its ends as at them. */
  | { readonly kind: "isotonic"; readonly from: readonly number[]; readonly to: readonly number[] };

/** Probabilities nearer to 0 or 1 than this count as this near in a logit. */
const NEAREST = 1e-7;

/** The calibrated probability of a probability; NaN stays NaN. The same bits on every runtime. */
export function calibrated(calibration: Calibration, probability: number): number {
  if (Number.isNaN(probability)) return NaN;
  if (calibration.kind === "platt") return logistic(calibration.slope * logit(probability) + calibration.intercept);
  const { from, to } = calibration;
  const above = firstAbove(from, probability);
  if (above === 0) return to[0]!;
  if (above === from.length) return to.at(-1)!;
  const [x0, x1] = [from[above - 1]!, from[above]!];
  const [y0, y1] = [to[above - 1]!, to[above]!];
  return Math.min(y1, y0 + (y1 - y0) * ((probability - x0) / (x1 - x0)));
}

/** ln(p / (1 - p)), finite also at 0 and 1. */
export function logit(probability: number): number {
  const p = Math.min(Math.max(probability, NEAREST), 1 - NEAREST);
  return log(p / (1 - p));
}

export function logistic(x: number): number {
  return 1 / (1 + exp(-x));
}

/** The place of the first of rising values that is above x: their number, if none is. */
function firstAbove(values: readonly number[], x: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! > x) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whether what a file holds is a calibration that can be applied. */
export function isCalibration(given: unknown): given is Calibration {
  if (typeof given !== "object" || given === null) return false;
  const { kind, slope, intercept, from, to } = given as Record<string, unknown>;
  if (kind === "platt") return isNumber(slope) && slope >= 0 && isNumber(intercept);
  if (kind !== "isotonic" || !Array.isArray(from) || !Array.isArray(to) || from.length === 0 || from.length !== to.length) return false;
  const isProbability = (each: unknown) => isNumber(each) && each >= 0 && each <= 1;
  const rises = (values: readonly number[], strictly: boolean) => values.every((each, i) => i === 0 || (strictly ? each > values[i - 1]! : each >= values[i - 1]!));
  return from.every(isProbability) && to.every(isProbability) && rises(from, true) && rises(to, false);
}

function isNumber(given: unknown): given is number {
  return typeof given === "number" && Number.isFinite(given);
}
