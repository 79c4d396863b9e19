import type { Dataset } from "./dataset.ts";

/**
 * Says of a row whether its own window reaches a tested row of its recording, or the window of a tested row reaches it: whether they are no more than the longest span apart. Asks `isTest` once a
 * row. O(n log n).
 */
export function nearTest({ timesMs, recordingOf, recordings, longestSpanMs }: Dataset, isTest: (row: number) => boolean): (row: number) => boolean {
  const tested = recordings.map((): number[] => []);
  timesMs.forEach((timeMs, row) => isTest(row) && tested[recordingOf[row]!]!.push(timeMs));
  const sorted = tested.map((times) => Float64Array.from(times).sort());
  return (row) => {
    const times = sorted[recordingOf[row]!]!;
    const timeMs = timesMs[row]!;
    const next = firstFrom(times, timeMs - longestSpanMs);
    return next < times.length && times[next]! <= timeMs + longestSpanMs;
  };
}

/** The place of the first of sorted values that is x or above. */
export function firstFrom(values: Float64Array, x: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! >= x) high = middle;
    else low = middle + 1;
  }
  return low;
}
