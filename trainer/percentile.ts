/** The value below which `share` (0…1) of sorted values lie, between two of them in proportion, as NumPy has it; null of none. */
export function percentile(sorted: ArrayLike<number>, share: number): number | null {
  if (sorted.length === 0) return null;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  return below === place ? low : low + (sorted[below + 1]! - low) * (place - below);
}
