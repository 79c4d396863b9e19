import { MangroveError } from "../kernel-as/errors.ts";
import { hash } from "./split.ts";

export interface Halving {
  /** Of so many trials one goes on to the next rung, where it gets so many times as much (3). */
  readonly factor?: number;
  /**
   * What the lower rungs have less of (`rows`): rows to learn from, or rounds. Fewer rounds favour large steps (eta), fewer rows hardly favour anything; rows to be judged by are always all.
   */
  readonly resource?: "rows" | "rounds";
}

/** One round of the race. */
export interface Rung {
  readonly trials: number;
  /** Of the rows or rounds, above 0; 1 on the last. */
  readonly share: number;
}

/** Less than that tells nothing: rows to learn from, rounds. */
const LEAST = { rows: 1000, rounds: 10 } as const;

/**
 * Successive halving: all trials on a small share, the best of them on a larger one, and so on (Jamieson and Talwalkar, Non-stochastic Best Arm Identification and Hyperparameter Optimization, AISTATS 2016,
 * with a factor in place of 2 as in Hyperband). Each rung costs about as much as the others. As many rungs as trials and `available` rows or rounds are enough for. Throws `MGV_ARGUMENT`.
 */
export function rungsOf(trials: number, available: number, { factor = 3, resource = "rows" }: Halving): Rung[] {
  if (!(Number.isInteger(factor) && factor >= 2)) throw new MangroveError("MGV_ARGUMENT", `halving.factor is ${factor}; it must be a whole number, 2 or more.`);
  if (!(resource in LEAST)) throw new MangroveError("MGV_ARGUMENT", `halving.resource is ${JSON.stringify(resource)}; it must be "rows" or "rounds".`);
  let parts = 1;
  while (parts * factor <= trials && available / (parts * factor) >= LEAST[resource]) parts *= factor;
  const rungs: Rung[] = [];
  for (let left = trials; parts >= 1; parts /= factor) {
    rungs.push({ trials: left, share: 1 / parts });
    left = Math.ceil(left / factor);
  }
  return rungs;
}

/** About `share` of the rows, the same ones each time and among those of any larger share; with two labels, where the rows have two. */
export function someRows(rows: Uint32Array, labels: Float32Array, share: number, seed: number): Uint32Array {
  if (share === 1) return rows;
  const salt = hash(seed);
  const some = rows.filter((row) => hash(row ^ salt) / 2 ** 31 < share);
  const first = some[0] ?? rows[0]!;
  if (some.some((row) => labels[row] !== labels[first])) return some;
  const other = rows.find((row) => labels[row] !== labels[first]);
  return Uint32Array.from(new Set([first, ...some, ...(other === undefined ? [] : [other])]));
}
