/** The middle sample, or the mean of the middle two. NaN without any. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

export function spread(samples: readonly number[]): { min: number; max: number } {
  return { min: Math.min(...samples), max: Math.max(...samples) };
}

/** How many times as fast as `theirs` `ours` is, both in ms, by their medians: above 1 is faster. */
export function timesAsFast(ours: readonly number[], theirs: readonly number[]): number {
  return median(theirs) / median(ours);
}
