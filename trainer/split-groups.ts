import { MangroveError } from "../kernel-as/errors.ts";
import { recordingFamilies } from "./copies.ts";
import type { Dataset } from "./dataset.ts";
import { numbered } from "./measure.ts";
import { nearTest } from "./purge.ts";
import { fold, type Split } from "./split.ts";

export interface GroupSplitOptions {
  /** Of each row: a room, a house, a day. Its recording, where there are none. */
  readonly groups?: ArrayLike<number | string>;
  /** Parts that the groups are dealt to, each of which is tested once (5); fewer where there are fewer groups. */
  readonly folds?: number;
}

/**
 * Leaves whole groups out, dealt to folds of about as many rows each: the largest first, to the fold that has least. Groups that hold copies of one another stay together, and rows
 * whose windows touch a tested row train nothing. Throws `MGV_ARGUMENT`.
 */
export function groupSplit(dataset: Dataset, { groups = dataset.recordingOf, folds: most = 5 }: GroupSplitOptions = {}): Split<"groups"> {
  if (groups.length !== dataset.rows) throw new MangroveError("MGV_ARGUMENT", `There are ${groups.length} groups for ${dataset.rows} rows.`);
  if (!(Number.isInteger(most) && most >= 2)) throw new MangroveError("MGV_ARGUMENT", `folds is ${most}; it must be a whole number from 2 on.`);
  const { names, groupOf } = numbered(groups);
  const bundleOf = bundles(dataset, names.length, groupOf);
  const sizes = new Map<number, number>();
  groupOf.forEach((group) => sizes.set(bundleOf[group]!, (sizes.get(bundleOf[group]!) ?? 0) + 1));
  const rowsIn = new Array<number>(Math.min(most, sizes.size)).fill(0);
  const foldOf = new Map<number, number>();
  for (const [bundle, rows] of Array.from(sizes).sort(([, a], [, b]) => b - a)) {
    const smallest = rowsIn.indexOf(Math.min(...rowsIn));
    rowsIn[smallest]! += rows;
    foldOf.set(bundle, smallest);
  }
  const folds = rowsIn.map((_, k) => {
    const isTest = (row: number) => foldOf.get(bundleOf[groupOf[row]!]!) === k;
    return fold(dataset, isTest, nearTest(dataset, isTest));
  });
  const bundled = names.length === sizes.size ? "" : ` Groups that hold copies of one another are held out together: ${sizes.size} are left of ${names.length}.`;
  return {
    name: "groups",
    title: "groups left out",
    meaning: (sizes.size < 2 ? "Needs at least two groups that are not copies of each other." : `The model has never seen the groups that it is judged by, ${names.length} of them in ${folds.length} folds.`) + bundled,
    folds: sizes.size < 2 || folds.some(({ train }) => train.length === 0) ? [] : folds,
  };
}

/** For each group the first of those that it must stay together with. */
function bundles(dataset: Dataset, groups: number, groupOf: Int32Array): Int32Array {
  const family = recordingFamilies(dataset);
  const bundleOf = Int32Array.from({ length: groups }, (_, group) => group);
  const copied = new Set(family.filter((each, recording) => each !== recording));
  /** Of each family that has copies, the bundle of its rows. */
  const bundleOfFamily = new Map<number, number>();
  dataset.recordingOf.forEach((recording, row) => {
    const each = family[recording]!;
    if (!copied.has(each)) return;
    const mine = bundleOf[groupOf[row]!]!;
    const theirs = bundleOfFamily.get(each) ?? mine;
    if (mine === theirs) bundleOfFamily.set(each, mine);
    else join(Math.min(mine, theirs), Math.max(mine, theirs));
  });
  return bundleOf;

  function join(to: number, from: number): void {
    bundleOf.forEach((bundle, group) => bundle === from && (bundleOf[group] = to));
    bundleOfFamily.forEach((bundle, each) => bundle === from && bundleOfFamily.set(each, to));
  }
}
