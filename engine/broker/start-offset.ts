/** Where a member begins with a partition that holds the offsets `low` to `high`, when the group has `stored` an offset. */
export function startOffset(bounds: {
  readonly stored: number | undefined;
  readonly low: number;
  readonly high: number;
  readonly from: "earliest" | "latest";
}): number {
  const { stored, low, high, from } = bounds;
  if (stored !== undefined && stored >= low && stored <= high) return stored;
  return from === "earliest" ? low : high;
}
