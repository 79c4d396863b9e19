/**
 * Whether something that goes up and down all the time, as memory under a garbage collector does, goes up for good. The first quarter is the warm-up and does not count. The rest is cut into five
 * parts of equal length; of each the least counts, for what is not collected at the lowest point is held. It rises if the last is above the first by more than `share`
 * of it and by more than `slack`, and each part has its share in that: a twentieth at least.
 */
export interface TrendRule {
  readonly share: number;
  /** In the unit of the values. */
  readonly slack: number;
}

export const memoryRule: TrendRule = { share: 0.1, slack: 24 * 2 ** 20 };
export const handlesRule: TrendRule = { share: 0.1, slack: 8 };

const PARTS = 5;
/** Fewer samples, of a second each, say nothing: a young process still grows. */
const LEAST_SAMPLES = 180;

/** The least of each part if they rise, else null. */
export function risingFloors(values: readonly number[], { share, slack }: TrendRule): number[] | null {
  if (values.length < LEAST_SAMPLES) return null;
  const warm = values.slice(Math.floor(values.length / 4));
  const floors = Array.from({ length: PARTS }, (_, part) => Math.min(...warm.slice(Math.floor((part * warm.length) / PARTS), Math.floor(((part + 1) * warm.length) / PARTS))));
  const [first, last] = [floors[0]!, floors.at(-1)!];
  const rises = floors.every((floor, i) => i === 0 || floor - floors[i - 1]! >= (last - first) / 20);
  return rises && last > first * (1 + share) && last > first + slack ? floors : null;
}
