/** Deeper than any reading is; the stream's decoder leaves what is deeper to its oracle. */
export const MAX_JSON_DEPTH = 64;

/** Whether a JSON value is nested deeper than so many levels; a number is of none. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((each) => isDeeperThan(each, levels - 1));
  // a loop over the keys makes no array of them; what JSON.parse makes inherits none
  for (const key in value) {
    const each = (value as Record<string, unknown>)[key];
    if (typeof each === "object" && isDeeperThan(each, levels - 1)) return true;
  }
  return false;
}
