import type { Dataset } from "../dataset.ts";
import { firstFrom } from "../purge.ts";
import type { Fold } from "../split.ts";
import { MANY_VALUES } from "./order.ts";
import { RowHash } from "./row-hash.ts";
import { LEAST_RICH_COLUMNS } from "./twins.ts";

/** How much of a split's test rows the training side knows already. */
export interface FoldLeak {
  /** Share of the test rows with a training row of their recording so near. */
  readonly neighbours: number;
  readonly reachMs: number;
  /** Share of those whose nearest one has their label; and what it would be for labels in any order. */
  readonly sameLabel: number;
  readonly sameByChance: number;
  /** Share of the test rows that equal a training row but for one feature, and that feature, -1 for none; null where too few features tell rows apart. */
  readonly equal: { readonly share: number; readonly but: number } | null;
}

/** Readings that are no further apart are neighbours even where no feature looks back so far. */
const LEAST_REACH_MS = 10_000;

/** O(folds × rows × (log rows + features)). */
export function foldLeak(dataset: Dataset, folds: readonly Fold[]): FoldLeak {
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
  return { neighbours: tested === 0 ? 0 : near / tested, reachMs, sameLabel: near === 0 ? 0 : same / near, sameByChance: share * share + (1 - share) * (1 - share), equal: equalRows(dataset, folds) };
}

/** The place of the nearest of sorted times, the later one of two; -1 of none. */
function nearestTo(times: Float64Array, timeMs: number): number {
  const next = firstFrom(times, timeMs);
  if (next === 0) return times.length === 0 ? -1 : 0;
  return next === times.length || timeMs - times[next - 1]! < times[next]! - timeMs ? next - 1 : next;
}

/** Hashes that are looked at, of all features to leave out together; equal rows have equal hashes. */
const LOOKED_AT = 1 << 18;

/** Without each plain feature in turn, and with all of them. */
function equalRows({ pointFeatures, features, featureNames, rows }: Dataset, folds: readonly Fold[]): FoldLeak["equal"] {
  const width = featureNames.length;
  const points = Array.from({ length: pointFeatures }, (_, feature) => feature);
  const rich = points.filter((feature) => hasManyValues(features, width, feature, rows));
  const candidates = [-1, ...points].filter((but) => rich.filter((feature) => feature !== but).length >= LEAST_RICH_COLUMNS);
  if (candidates.length === 0) return null;
  const sampled = Math.ceil((rows * candidates.length) / LOOKED_AT);
  const hash = new RowHash(pointFeatures);
  const shares = candidates.map((but) => {
    const hashes = Float64Array.from({ length: rows }, (_, row) => {
      hash.set(features.subarray(row * width, row * width + pointFeatures));
      return hash.without([but]);
    });
    let [tested, known] = [0, 0];
    for (const { train, test } of folds) {
      const isSampled = (row: number) => hashes[row]! % sampled === 0;
      const learned = new Set(Array.from(train.filter(isSampled), (row) => hashes[row]!));
      const held = test.filter(isSampled);
      tested += held.length;
      known += held.filter((row) => learned.has(hashes[row]!)).length;
    }
    return { but, share: tested === 0 ? 0 : known / tested };
  });
  return shares.reduce((one, other) => (other.share > one.share ? other : one));
}

function hasManyValues(features: Float32Array, width: number, feature: number, rows: number): boolean {
  const values = new Set<number>();
  for (let row = 0; row < rows && values.size < MANY_VALUES; row++) values.add(features[row * width + feature]!);
  return values.size === MANY_VALUES;
}
