import type { Beginning } from "./broker.ts";

/** Where a member begins with a partition that holds the offsets `low` to `high`, when the group has `stored` an offset. */
export function startOffset(bounds: {
  readonly stored: number | undefined;
  readonly low: number;
  readonly high: number;
  readonly from: Beginning;
  /** The first record of the time that `from` names, if it names one and there is such a record. */
  readonly at: number | undefined;
}): number {
  const { stored, low, high, from, at } = bounds;
  if (stored !== undefined && stored >= low && stored <= high) return stored;
  return from === "earliest" ? low : (at ?? high);
}
