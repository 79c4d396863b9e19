import type { Dataset } from "../dataset.ts";
import { firstFrom } from "../purge.ts";
import type { Fold } from "../split.ts";
import { equalRows, type EqualRows, type HashedRows } from "./equal-rows.ts";

/** How much of a split's test rows the training side knows already. */
export interface FoldLeak {
  /** Share of the test rows with a training row of their recording so near. */
  readonly neighbours: number;
  readonly reachMs: number;
  /** Share of those whose nearest one has their label; and what it would be for labels in any order. */
  readonly sameLabel: number;
  readonly sameByChance: number;
  /** Null where too few features tell rows apart. */
  readonly equal: EqualRows | null;
}

/** Readings that are no further apart are neighbours even where no feature looks back so far. */
const LEAST_REACH_MS = 10_000;

/** O(folds × rows × log rows). `hashed`: what `hashedRows` makes of the dataset. */
export function foldLeak(dataset: Dataset, hashed: readonly HashedRows[], folds: readonly Fold[]): FoldLeak {
  const { labels, recordingOf, timesMs, longestSpanMs } = dataset;
  const reachMs = Math.max(LEAST_REACH_MS, longestSpanMs - 1); // a window does not hold the moment at which it begins
  let [tested, near, same, positives] = [0, 0, 0, 0];
  for (const { train, test } of folds) {
    const learned = dataset.recordings.map((): number[] => []);
    for (const row of train) learned[recordingOf[row]!]!.push(row);
    for (const rows of learned) rows.sort((a, b) => timesMs[a]! - timesMs[b]!);
    const learnedMs = learned.map((rows) => Float64Array.from(rows, (row) => timesMs[row]!));
    for (const row of test) {
      tested++;
      positives += labels[row]!;
      const times = learnedMs[recordingOf[row]!]!;
      const nearest = nearestTo(times, timesMs[row]!);
      if (nearest === -1 || Math.abs(times[nearest]! - timesMs[row]!) > reachMs) continue;
      near++;
      if (labels[learned[recordingOf[row]!]![nearest]!] === labels[row]) same++;
    }
  }
  const share = positives / tested;
  return { neighbours: tested === 0 ? 0 : near / tested, reachMs, sameLabel: near === 0 ? 0 : same / near, sameByChance: share * share + (1 - share) * (1 - share), equal: equalRows(hashed, folds, dataset.rows) };
}

/** The place of the nearest of sorted times, the later one of two; -1 of none. */
function nearestTo(times: Float64Array, timeMs: number): number {
  const next = firstFrom(times, timeMs);
  if (next === 0) return times.length === 0 ? -1 : 0;
  return next === times.length || timeMs - times[next - 1]! < times[next]! - timeMs ? next - 1 : next;
}
