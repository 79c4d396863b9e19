import { bootstrap, type Interval } from "../../trainer/bootstrap.ts";
import { numbered } from "../../trainer/measure.ts";
import { Measured } from "../../trainer/metrics.ts";

/** What learners are compared by, in the order in which it is shown. */
export const figureNames = ["accuracy", "balancedAccuracy", "f1", "auc", "logloss"] as const;
export type FigureName = (typeof figureNames)[number];

/** Null where a figure has no meaning. */
export type Figures = Readonly<Record<FigureName, number | null>>;
export type FigureIntervals = Readonly<Record<FigureName, Interval | null>>;

/** Of several draws; the deviation is that of a sample. */
export interface Spread {
  readonly draws: number;
  readonly mean: Figures;
  readonly sd: Figures;
}

/** What a learner predicts of rows that it did not learn from. */
export interface Judged {
  readonly labels: readonly number[];
  readonly probabilities: readonly number[];
  /** For each row the witness that it belongs to; null where there are no intervals. */
  readonly groups: readonly number[] | null;
}

const THRESHOLD = 0.5;

export function figuresOf({ labels, probabilities }: Judged): Figures {
  return picked(new Measured(labels, probabilities, THRESHOLD).measures());
}

/** Intervals of 95 % by drawing groups; with a second learner's predictions of the same rows, of the first one's figures less the second one's in the same draws. Null without groups. */
export function intervalsOf(first: Judged, second?: Judged): FigureIntervals | null {
  if (first.groups === null) return null;
  const { names, groupOf } = numbered(first.groups);
  const measured = [first, ...(second ? [second] : [])].map(({ labels, probabilities }) => new Measured(labels, probabilities, THRESHOLD).measuresBy(groupOf));
  const { of } = bootstrap<FigureName>(names.length, (weights) => {
    const [a, b] = measured.map((measuresOf) => picked(measuresOf(weights)));
    return b ? differenceOf(a!, b) : a!;
  });
  return of;
}

export function differenceOf(a: Figures, b: Figures): Figures {
  return byName((name) => (a[name] === null || b[name] === null ? null : a[name] - b[name]));
}

/** Null for fewer than two. */
export function spreadOf(all: readonly Figures[]): Spread | null {
  if (all.length < 2) return null;
  const mean = byName((name) => meanOf(all.map((each) => each[name])));
  const sd = byName((name) => {
    const variance = meanOf(all.map((each) => (each[name] === null || mean[name] === null ? null : (each[name] - mean[name]) ** 2)));
    return variance === null ? null : Math.sqrt((variance * all.length) / (all.length - 1));
  });
  return { draws: all.length, mean, sd };
}

function meanOf(values: readonly (number | null)[]): number | null {
  return values.includes(null) ? null : values.reduce<number>((sum, value) => sum + value!, 0) / values.length;
}

function picked(all: Figures): Figures {
  return byName((name) => all[name]);
}

function byName(figureOf: (name: FigureName) => number | null): Figures {
  return Object.fromEntries(figureNames.map((name) => [name, figureOf(name)])) as Record<FigureName, number | null>;
}
