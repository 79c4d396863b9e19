import { Random } from "../engine/simulator/random.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { percentile } from "./percentile.ts";

export interface BootstrapOptions {
  /** How often groups are drawn (1,000). */
  readonly draws?: number;
  /** Share of the draws that an interval holds (0.95). */
  readonly confidence?: number;
  readonly seed?: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Intervals<Name extends string> {
  readonly groups: number;
  /** Null where there are too few groups, or where a figure has no meaning in more than a twentieth of the draws. */
  readonly of: Readonly<Record<Name, Interval | null>>;
  /** What has to be said of the number of groups; null where there are enough. */
  readonly note: string | null;
}

/** With fewer groups an interval says nothing. */
const LEAST_GROUPS = 5;

/** With fewer groups an interval is narrower than it claims. */
const ENOUGH_GROUPS = 20;

/** Share of the draws in which a figure may have no meaning. */
const UNDEFINED_DRAWS = 0.05;

/**
 * Percentile intervals by drawing whole groups with replacement, because rows of one recording are no independent witnesses. `figuresOf` gets for
 * each group how often it was drawn. Throws `MGV_ARGUMENT`.
 */
export function bootstrap<Name extends string>(
  groups: number,
  figuresOf: (weights: Float64Array) => Readonly<Record<Name, number | null>>,
  options: BootstrapOptions = {},
): Intervals<Name> {
  const { draws = 1000, confidence = 0.95, seed = 1 } = options;
  if (!(Number.isInteger(draws) && draws >= 1)) throw new MangroveError("MGV_ARGUMENT", `draws is ${draws}; it must be a whole number from 1 on.`);
  if (!(confidence > 0 && confidence < 1)) throw new MangroveError("MGV_ARGUMENT", `confidence is ${confidence}; it must be between 0 and 1.`);
  const weights = new Float64Array(groups).fill(1);
  const names = Object.keys(figuresOf(weights)) as Name[];
  const seen = names.map((): number[] => []);
  const random = new Random(seed).fork("bootstrap");
  const drawn = groups < LEAST_GROUPS ? 0 : draws;
  for (let draw = 0; draw < drawn; draw++) {
    weights.fill(0);
    for (let i = 0; i < groups; i++) weights[random.integer(groups)]!++;
    const figures = figuresOf(weights);
    names.forEach((name, i) => {
      const figure = figures[name];
      if (figure !== null) seen[i]!.push(figure);
    });
  }
  const intervals = names.map((name, i) => [name, intervalOf(seen[i]!, draws, confidence)] as const);
  return { groups, of: Object.fromEntries(intervals) as Record<Name, Interval | null>, note: noteOn(groups) };
}

function intervalOf(figures: number[], draws: number, confidence: number): Interval | null {
  if (figures.length < (1 - UNDEFINED_DRAWS) * draws) return null;
  const sorted = Float64Array.from(figures).sort();
  return { low: percentile(sorted, (1 - confidence) / 2)!, high: percentile(sorted, (1 + confidence) / 2)! };
}

/** What has to be said of intervals from so many groups; null where there are enough. */
export function noteOn(groups: number): string | null {
  const counted = groups === 1 ? "1 group is" : `${groups} groups are`;
  if (groups < LEAST_GROUPS) return `${counted} too few for an interval: another recording could give any figure. At least ${LEAST_GROUPS} are needed.`;
  if (groups < ENOUGH_GROUPS) return `Intervals from ${groups} groups are narrower than they claim: take them for a hint.`;
  return null;
}
