import { Random } from "../engine/simulator/random.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { TrainingParameters } from "../kernel-as/model/training.ts";
import type { GivenRows } from "./rows.ts";
import type { Fold } from "./split.ts";

export interface FoldSettings {
  readonly folds: number;
  /** Of the assignment: the same seed, the same folds, on every runtime. */
  readonly seed: number;
}

/** Each row in the test rows of one fold. Groups are never parted; without any, classes are spread evenly. Throws `MGV_TRAIN_DATA` for fewer groups or rows than folds, `MGV_ARGUMENT`. */
export function foldsOf({ rows: { labels }, groups }: GivenRows, { objective }: TrainingParameters, { folds, seed }: FoldSettings): Fold[] {
  if (!(Number.isInteger(folds) && folds >= 2)) throw new MangroveError("MGV_ARGUMENT", `folds is ${folds}; there must be 2 or more, a whole number.`);
  const random = new Random(seed).fork("folds");
  const foldOf = groups ? byGroup(groups, folds, random) : byRow(labels, folds, random, objective !== "reg:squarederror");
  return Array.from({ length: folds }, (_, fold) => {
    const rows = Uint32Array.from(labels.keys());
    return { train: rows.filter((row) => foldOf[row] !== fold), test: rows.filter((row) => foldOf[row] === fold) };
  });
}

/** Throws `MGV_ARGUMENT` for folds that a caller made and that cannot be. */
export function checkFolds(folds: readonly Fold[], rows: number): void {
  if (folds.length === 0) throw new MangroveError("MGV_ARGUMENT", "There are no folds.");
  folds.forEach(({ train, test }, i) => {
    if (train.length === 0 || test.length === 0) throw new MangroveError("MGV_ARGUMENT", `Fold ${i + 1} has ${train.length} rows to learn from and ${test.length} to be judged by: both need some.`);
    const outside = [train, test].flatMap((part) => part.find((row) => row >= rows) ?? [])[0];
    if (outside !== undefined) throw new MangroveError("MGV_ARGUMENT", `Fold ${i + 1} names row ${outside}, and there are ${rows} rows.`);
    const learned = new Set(train);
    const both = test.find((row) => learned.has(row));
    if (both !== undefined) throw new MangroveError("MGV_ARGUMENT", `Fold ${i + 1} has row ${both} on both sides.`);
  });
}

/** The largest groups first, each to the fold with the fewest rows. */
function byGroup(groups: ArrayLike<number | string>, folds: number, random: Random): Uint32Array {
  const sizes = new Map<number | string, number>();
  for (let row = 0; row < groups.length; row++) sizes.set(groups[row]!, (sizes.get(groups[row]!) ?? 0) + 1);
  if (sizes.size < folds) {
    const most = sizes.size < 2 ? "group the rows more finely" : `ask for at most ${sizes.size} folds`;
    throw new MangroveError("MGV_TRAIN_DATA", `There ${sizes.size === 1 ? "is 1 group" : `are ${sizes.size} groups`} for ${folds} folds, and groups stay whole: ${most}, or give folds of your own.`);
  }
  const filled = Array.from({ length: folds }, () => 0);
  const foldOf = new Map<number | string, number>();
  for (const [group, size] of shuffled([...sizes], random).sort(([, a], [, b]) => b - a)) {
    const fold = filled.indexOf(Math.min(...filled));
    filled[fold]! += size;
    foldOf.set(group, fold);
  }
  return Uint32Array.from(groups as ArrayLike<number>, (group) => foldOf.get(group)!);
}

/** Rows in random order, those of a class one behind the other, dealt to the folds in turn. */
function byRow(labels: Float32Array, folds: number, random: Random, spread: boolean): Uint32Array {
  if (labels.length < folds) throw new MangroveError("MGV_TRAIN_DATA", `There are ${labels.length} rows for ${folds} folds: ask for fewer.`);
  const order = shuffled([...labels.keys()], random);
  if (spread) order.sort((a, b) => labels[a]! - labels[b]!);
  const foldOf = new Uint32Array(labels.length);
  order.forEach((row, i) => (foldOf[row] = i % folds));
  return foldOf;
}

/** Fisher and Yates. */
function shuffled<Each>(all: Each[], random: Random): Each[] {
  for (let last = all.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [all[last], all[other]] = [all[other]!, all[last]!];
  }
  return all;
}
