import type { Dataset } from "../dataset.ts";
import type { Fold } from "../split.ts";
import { MANY_VALUES } from "./order.ts";
import { RowHash } from "./row-hash.ts";
import { LEAST_RICH_COLUMNS } from "./twins.ts";

/** Share of the test rows that equal a training row but for one feature, and that feature, -1 for none. */
export interface EqualRows {
  readonly share: number;
  readonly but: number;
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

/** Of the feature without which most rows are equal; null where none were hashed. `count`: rows of the dataset. O(folds × rows). */
export function equalRows(hashed: readonly HashedRows[], folds: readonly Fold[], count: number): EqualRows | null {
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
