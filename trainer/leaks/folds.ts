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

/** O(folds × rows × log rows). `hashed`: what {@link hashedRows} makes of the dataset. */
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

/** Hashes that are looked at, of all features to leave out together; equal rows have equal hashes. */
const LOOKED_AT = 1 << 18;

/** Rows that are looked at, with the hashes of their plain features but for one, or -1 for none. */
export interface HashedRows {
  readonly but: number;
  readonly rows: readonly number[];
  readonly hashes: readonly number[];
}

/** Without each plain feature in turn, and with all of them; none where too few tell rows apart. Rows are sampled by their hash, so that equal ones are sampled together. O(rows × plain features). */
export function hashedRows({ pointFeatures, features, featureNames, rows: count }: Dataset): HashedRows[] {
  const width = featureNames.length;
  const points = Array.from({ length: pointFeatures }, (_, feature) => feature);
  const rich = points.filter((feature) => hasManyValues(features, width, feature, count));
  const candidates = [-1, ...points].filter((but) => rich.filter((feature) => feature !== but).length >= LEAST_RICH_COLUMNS);
  if (candidates.length === 0) return [];
  const sampled = Math.ceil((count * candidates.length) / LOOKED_AT);
  const made = candidates.map((but) => ({ but, left: [but], rows: [] as number[], hashes: [] as number[] }));
  const hash = new RowHash(pointFeatures);
  for (let row = 0; row < count; row++) {
    hash.set(features.subarray(row * width, row * width + pointFeatures));
    for (const { left, rows, hashes } of made) {
      const rowHash = hash.without(left);
      if (rowHash % sampled !== 0) continue;
      rows.push(row);
      hashes.push(rowHash);
    }
  }
  return made;
}

const [TRAINED, TESTED] = [1, 2];

function equalRows(hashed: readonly HashedRows[], folds: readonly Fold[], count: number): FoldLeak["equal"] {
  if (hashed.length === 0) return null;
  const counts = hashed.map(() => ({ tested: 0, known: 0 }));
  for (const { train, test } of folds) {
    const sides = new Uint8Array(count);
    for (const row of train) sides[row]! |= TRAINED;
    for (const row of test) sides[row]! |= TESTED;
    hashed.forEach(({ rows, hashes }, i) => {
      const learned = new Set(hashes.filter((_, at) => sides[rows[at]!]! & TRAINED));
      const held = hashes.filter((_, at) => sides[rows[at]!]! & TESTED);
      counts[i]!.tested += held.length;
      counts[i]!.known += held.filter((rowHash) => learned.has(rowHash)).length;
    });
  }
  const shares = counts.map(({ tested, known }, i) => ({ but: hashed[i]!.but, share: tested === 0 ? 0 : known / tested }));
  return shares.reduce((one, other) => (other.share > one.share ? other : one));
}

function hasManyValues(features: Float32Array, width: number, feature: number, rows: number): boolean {
  const values = new Set<number>();
  for (let row = 0; row < rows && values.size < MANY_VALUES; row++) values.add(features[row * width + feature]!);
  return values.size === MANY_VALUES;
}
