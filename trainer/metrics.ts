import { log } from "../kernel-as/assembly/math.ts";
import type { Metrics } from "../kernel-as/model/split-report.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { told } from "../kernel-as/told.ts";
import { Ranking, type Areas } from "./ranking.ts";

/** No probability counts as surer than this in the log loss. */
const SUREST = 1e-7;

/** The calibration error's bins: 0…0.1, above 0.1…0.2, and so on, each of equal width. */
export const CALIBRATION_BINS = 10;

/** The number of the bin that a probability is in. */
export function calibrationBin(probability: number): number {
  return Math.max(0, Math.ceil(probability * CALIBRATION_BINS) - 1);
}

/** Figures of predictions, null where they have no meaning. */
export interface Measures {
  readonly rows: number;
  readonly positives: number;
  readonly accuracy: number | null;
  /** The mean of the shares of positives and of negatives that are told rightly. */
  readonly balancedAccuracy: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly auc: number | null;
  /** Average precision: the sum over distinct probabilities of the gain in recall times the precision there. */
  readonly prAuc: number | null;
  readonly logloss: number | null;
  /** The mean square of probability less label. */
  readonly brier: number | null;
  /** Expected calibration error: the mean distance of probability and share of positives in ten bins, by their rows. */
  readonly calibrationError: number | null;
}

/** From which probability on a prediction is positive, or of each row whether (1) it is: where folds have thresholds of their own. */
export type Decision = number | ArrayLike<number>;

/**
 * Predictions that are ready to be measured, again and again with other weights. Labels are 0 or 1, probabilities 0…1.
 * O(n log n) once, then O(n); the same on every runtime to the last digit. Throws `MGV_ARGUMENT`.
 */
export class Measured {
  readonly #labels: ArrayLike<number>;
  readonly #probabilities: ArrayLike<number>;
  readonly #positive: Uint8Array;
  readonly #losses: Float64Array;
  readonly #ranking: Ranking;

  constructor(labels: ArrayLike<number>, probabilities: ArrayLike<number>, decision: Decision) {
    checkPredictions(labels, probabilities);
    checkDecision(decision, labels.length);
    this.#labels = labels;
    this.#probabilities = probabilities;
    this.#positive = Uint8Array.from(labels, (_, row) => (typeof decision === "number" ? Number(probabilities[row]! >= decision) : decision[row]!));
    this.#losses = Float64Array.from(labels, (label, row) => {
      const p = probabilities[row]!;
      return -log(Math.min(Math.max(label === 1 ? p : 1 - p, SUREST), 1));
    });
    this.#ranking = new Ranking(labels, probabilities);
  }

  /** With each row counted so often, whole numbers from 0 on; once where there are none. */
  measures(weightOf: (row: number) => number = () => 1): Measures {
    const sums = new Sums();
    for (let row = 0; row < this.#labels.length; row++) {
      const weight = weightOf(row);
      if (weight !== 0) this.#add(sums, row, weight);
    }
    return measuresOf(sums, this.#ranking.areas(weightOf));
  }

  /** The same, with the rows of each group, whose numbers begin with 0, counted as often as its weight says. The areas take O(n) each time, all else O(groups). */
  measuresBy(groupOf: ArrayLike<number>): (weights: ArrayLike<number>) => Measures {
    const areasOf = this.#ranking.areasBy(groupOf);
    const groups: Sums[] = [];
    for (let row = 0; row < this.#labels.length; row++) this.#add((groups[groupOf[row]!] ??= new Sums()), row, 1);
    return (weights) => {
      const sums = new Sums();
      groups.forEach((group, i) => sums.addAll(group, weights[i]!));
      return measuresOf(sums, areasOf(weights));
    };
  }

  #add(sums: Sums, row: number, weight: number): void {
    const label = this.#labels[row]!;
    const p = this.#probabilities[row]!;
    sums.rows += weight;
    sums.positives += weight * label;
    if (this.#positive[row] === 1) {
      sums.truePositives += weight * label;
      sums.falsePositives += weight * (1 - label);
    }
    sums.loss += weight * this.#losses[row]!;
    sums.squares += weight * (p - label) * (p - label);
    sums.gaps[calibrationBin(p)]! += weight * (p - label);
  }
}

/** What figures are made of, over rows. */
class Sums {
  rows = 0;
  positives = 0;
  truePositives = 0;
  falsePositives = 0;
  loss = 0;
  squares = 0;
  /** Probabilities less labels, by the bin of the probability. */
  readonly gaps = new Float64Array(CALIBRATION_BINS);

  addAll(other: Sums, weight: number): void {
    if (weight === 0) return;
    this.rows += weight * other.rows;
    this.positives += weight * other.positives;
    this.truePositives += weight * other.truePositives;
    this.falsePositives += weight * other.falsePositives;
    this.loss += weight * other.loss;
    this.squares += weight * other.squares;
    for (let bin = 0; bin < CALIBRATION_BINS; bin++) this.gaps[bin]! += weight * other.gaps[bin]!;
  }
}

function measuresOf({ rows, positives, truePositives, falsePositives, loss, squares, gaps }: Sums, areas: Areas): Measures {
  const negatives = rows - positives;
  const missed = positives - truePositives;
  return {
    rows,
    positives,
    accuracy: ratio(rows - falsePositives - missed, rows),
    balancedAccuracy: positives > 0 && negatives > 0 ? (truePositives / positives + (negatives - falsePositives) / negatives) / 2 : null,
    precision: ratio(truePositives, truePositives + falsePositives),
    recall: ratio(truePositives, positives),
    f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + missed),
    ...areas,
    logloss: ratio(loss, rows),
    brier: ratio(squares, rows),
    calibrationError: ratio(gaps.reduce((sum, gap) => sum + Math.abs(gap), 0), rows),
  };
}

/** Scores predictions for a model's card. */
export function score(labels: ArrayLike<number>, probabilities: ArrayLike<number>, threshold: number): Metrics {
  return cardMetrics(new Measured(labels, probabilities, threshold).measures());
}

/** The figures that a model's card keeps, rounded to 6 digits. */
export function cardMetrics({ rows, positives, accuracy, precision, recall, f1, auc, logloss }: Measures): Metrics {
  return {
    rows,
    positives,
    accuracy: rounded(accuracy) ?? 0,
    precision: rounded(precision),
    recall: rounded(recall),
    f1: rounded(f1),
    auc: rounded(auc),
    logloss: rounded(logloss) ?? 0,
  };
}

/** Throws `MGV_ARGUMENT` unless there is a label of 0 or 1 and a probability of 0…1 for every row. */
export function checkPredictions(labels: ArrayLike<number>, probabilities: ArrayLike<number>): void {
  if (labels.length !== probabilities.length) throw new MangroveError("MGV_ARGUMENT", `There are ${labels.length} labels for ${probabilities.length} probabilities.`);
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] !== 0 && labels[row] !== 1) throw new MangroveError("MGV_ARGUMENT", `The label of row ${row} is ${told(labels[row])}; it must be 0 or 1.`);
    const p = probabilities[row]!;
    if (!(typeof p === "number" && p >= 0 && p <= 1)) throw new MangroveError("MGV_ARGUMENT", `The probability of row ${row} is ${told(p)}; it must be a number between 0 and 1.`);
  }
}

function checkDecision(decision: Decision, rows: number): void {
  if (typeof decision === "number" && !Number.isNaN(decision)) return;
  const isList = typeof decision === "object" && decision !== null;
  if (!isList) throw new MangroveError("MGV_ARGUMENT", `threshold is ${told(decision)}; it must be a number, or 0 or 1 for each row.`);
  if (decision.length !== rows) throw new MangroveError("MGV_ARGUMENT", `There are ${decision.length} decisions as threshold for ${rows} rows.`);
  for (let row = 0; row < rows; row++) {
    if (decision[row] !== 0 && decision[row] !== 1) throw new MangroveError("MGV_ARGUMENT", `threshold is ${told(decision[row])} for row ${row}; it must be 0 or 1 there.`);
  }
}

function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

/** To 6 digits behind the point. */
export function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e6) / 1e6;
}
