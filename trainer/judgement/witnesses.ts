import { recordingFamilies } from "../copies.ts";
import type { Dataset } from "../dataset.ts";
import { blocksOf, type Split } from "../split.ts";

/**
 * Of each row the group that intervals draw as a whole. Rows of one recording tell the same story, and so do those of its copies: a group is a family of recordings. In the split by blocks it is a block of ten
 * minutes with its copies, because a handful of recordings would give no interval at all; blocks of one recording resemble each other, so that those intervals hold for other
 * times in the same rooms, not for other rooms. Alarms are always drawn by families: a fire that is cut into blocks would be found once in each.
 */
export function witnessesOf(dataset: Dataset, split: Split["name"]): (row: number) => number {
  const { recordingOf, recordings } = dataset;
  const families = recordingFamilies(dataset);
  const familyOf = (row: number) => families[recordingOf[row]!]!;
  if (split !== "blocks") return familyOf;
  const blockOf = blocksOf(dataset);
  return (row) => blockOf(row) * recordings.length + familyOf(row);
}
