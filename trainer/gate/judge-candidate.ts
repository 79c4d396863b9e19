import { bootstrap, type Interval } from "../bootstrap.ts";
import { numbered } from "../measure.ts";
import { Measured, type Measures } from "../metrics.ts";

/** What a model says of the rows that judge, as it would be scored, and from where on that is fire. */
export interface ScoredBy {
  readonly probabilities: ArrayLike<number>;
  readonly threshold: number;
}

export interface Trial {
  /** 0 or 1. */
  readonly labels: ArrayLike<number>;
  /** Of each row what is drawn as a whole: a room, or a part of its day. */
  readonly groups: ArrayLike<number | string>;
  readonly candidate: ScoredBy;
  /** Null where there is none, or none that reads the same features. */
  readonly champion: ScoredBy | null;
  /** 1 for the rows that the champion has not learned from, by which the two are compared; null: all. */
  readonly unseen?: Uint8Array | null;
  /** Sentences about leaks that the champion's training had not. */
  readonly newLeaks: readonly string[];
}

const gates = { accuracy: 0.8, f1: 0.75 } as const;

/** Draws of whole groups for the interval. */
const DRAWS = 400;

type Figures = Pick<Measures, "rows" | "positives" | "accuracy" | "precision" | "recall" | "f1">;

export interface Verdict {
  readonly isPassed: boolean;
  /** Why it is refused, or that it is not. */
  readonly reasons: readonly string[];
  readonly candidate: Figures;
  readonly champion: Figures | null;
  /** F1 of the candidate less that of the champion, both on the same draws of the rows that are compared; the interval is null where there are too few groups for one. */
  readonly gain: { readonly f1: number; readonly interval: Interval | null; readonly groups: number } | null;
}

/**
 * Judges a candidate by rows that it has not seen, beside the champion on rows that neither has: accuracy and F1 must reach the gates, F1 must not be lower than the champion's beyond chance, and no leak may be new. Beyond
 * chance is an interval of the difference that lies below 0; without an interval any loss is. O(draws × rows).
 */
export function judgeCandidate({ labels, groups, candidate, champion, unseen = null, newLeaks }: Trial): Verdict {
  const own = new Measured(labels, candidate.probabilities, candidate.threshold);
  const other = champion && new Measured(labels, champion.probabilities, champion.threshold);
  const isCompared = (row: number) => unseen?.[row] ?? 1;
  const [figures, before] = [figuresOf(own.measures()), other && figuresOf(other.measures(isCompared))];
  const gain = other && gainOf(own, other, { groups, isCompared });
  const reasons: string[] = [];
  for (const name of ["accuracy", "f1"] as const) {
    const figure = figures[name];
    if (!(figure !== null && figure >= gates[name])) reasons.push(`${TITLES[name]} is ${figure === null ? "undefined" : text(figure)} on the newest days; ${text(gates[name])} is the least.`);
  }
  if (gain && (gain.interval ? gain.interval.high < 0 : gain.f1 < 0)) {
    const how = gain.interval ? `, between ${text(gain.interval.low)} and ${text(gain.interval.high)} in 95 of 100 draws of ${gain.groups} groups` : `, and ${gain.groups} groups are too few to call that chance`;
    reasons.push(`F1 is ${text(own.measures(isCompared).f1 ?? 0)} and the champion's ${text(before?.f1 ?? 0)}: the difference is ${text(gain.f1)}${how}.`);
  }
  reasons.push(...newLeaks.map((sentence) => `A leak that the champion's training had not: ${sentence}`));
  return { isPassed: reasons.length === 0, reasons, candidate: figures, champion: before, gain };
}

const TITLES = { accuracy: "Accuracy", f1: "F1" } as const;

function gainOf(own: Measured, other: Measured, { groups, isCompared }: Pick<Trial, "groups"> & { readonly isCompared: (row: number) => number }): NonNullable<Verdict["gain"]> {
  const { names, groupOf } = numbered(groups);
  const difference = (weightOf: (row: number) => number) => ({ f1: (own.measures(weightOf).f1 ?? 0) - (other.measures(weightOf).f1 ?? 0) });
  const { of } = bootstrap(names.length, (weights) => difference((row) => weights[groupOf[row]!]! * isCompared(row)), { draws: DRAWS });
  return { f1: difference(isCompared).f1, interval: of.f1, groups: names.length };
}

function figuresOf({ rows, positives, accuracy, precision, recall, f1 }: Measures): Figures {
  return { rows, positives, accuracy, precision, recall, f1 };
}

function text(figure: number): string {
  return figure.toFixed(3);
}
