import type { Beginning } from "./broker.ts";

/** Where a member begins with a partition that holds the offsets `low` to `high`, when the group has `stored` an offset. What was deleted from there on is passed over; an offset behind the end is one of another topic of the same name. */
export function startOffset(bounds: {
  readonly stored: number | undefined;
  readonly low: number;
  readonly high: number;
  readonly from: Beginning;
  /** The first record of the time that `from` names, if it names one and there is such a record. */
  readonly at: number | undefined;
}): number {
  const { stored, low, high, from, at } = bounds;
  if (stored !== undefined && stored <= high) return Math.max(stored, low);
  return from === "earliest" ? low : (at ?? high);
}
