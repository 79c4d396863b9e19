import { Random } from "../engine/simulator/random.ts";
import { checkParameters } from "../kernel-as/host/training/checks.ts";
import type { TrainingParameters } from "../kernel-as/model/training.ts";
import type { CrossValidation } from "./cross-validate.ts";
import type { GivenParameters } from "./parameters.ts";
import { defaultSpace, dimensionsOf, drawFrom, withDrawn, type SearchSpace } from "./search-space.ts";

/** A trial while the search goes on. */
export interface Runner {
  readonly number: number;
  /** What was drawn, and all parameters with it. */
  readonly drawn: Readonly<Record<string, unknown>>;
  readonly parameters: TrainingParameters;
  readonly losses: number[];
  /** On the rung that it came to last. */
  last: CrossValidation | null;
}

/** Throws `MGV_TRAIN_PARAMETER` where any of them cannot be. Without a space the first has nothing drawn. */
export function drawTrials(fixed: GivenParameters, space: SearchSpace | null, { trials, seed, features }: { trials: number; seed: number; features: number }): Runner[] {
  const dimensions = dimensionsOf(space ?? defaultSpace(fixed), fixed, features);
  const random = new Random(seed).fork("search");
  return Array.from({ length: trials }, (_, i) => {
    const drawn = space === null && i === 0 ? {} : drawFrom(dimensions, random.fork(i));
    const parameters = withDrawn(fixed, drawn);
    checkParameters(parameters, features);
    return { number: i + 1, drawn, parameters, losses: [], last: null };
  });
}

/** Those that came furthest first, by their loss there; of equals, the one that was drawn first. */
export function ranked(runners: readonly Runner[]): Runner[] {
  const lossOf = ({ losses }: Runner) => (Number.isNaN(losses.at(-1)!) ? Infinity : losses.at(-1)!);
  return runners.toSorted((a, b) => b.losses.length - a.losses.length || compare(lossOf(a), lossOf(b)) || a.number - b.number);
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
