import type { SplitReport } from "../kernel-as/model/split-report.ts";
import type { Dataset } from "./dataset.ts";
import { groupSplit } from "./split-groups.ts";
import { timeSplit } from "./split-time.ts";
import { blockSplit, randomSplit, recordingSplit, type Split } from "./split.ts";

/** Splits by their names, in the order in which they are named. */
export function splitsNamed(dataset: Dataset, names: readonly SplitReport["name"][]): Split[] {
  const made: Readonly<Record<SplitReport["name"], () => Split>> = {
    random: () => randomSplit(dataset),
    time: () => timeSplit(dataset),
    blocks: () => blockSplit(dataset),
    recordings: () => recordingSplit(dataset),
    groups: () => groupSplit(dataset),
  };
  return names.map((name) => made[name]());
}
