/** A time as ISO 8601; null where it is NaN, or one that no date can hold. */
export function timeText(timeMs: number): string | null {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
