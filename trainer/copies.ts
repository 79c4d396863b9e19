import type { Dataset } from "./dataset.ts";

/** Recordings that share at least this part of the shorter one's distinctive rows are copies of one another. */
const SHARED_PART = 0.5;

/** Fewer distinctive rows prove nothing. */
const LEAST_ROWS = 10;

/** One hash in this many is looked at. */
const SAMPLED = 8;

/**
 * For each recording the number of its family: recordings whose rows are equal but for one feature belong to the same one, and
 * must never stand on both sides of a split. Only rows count that are the only ones of their kind in their recording: coarse values are
 * shared by chance. Linear in rows times fields; what is derived from a field would differ with it, and is not looked at.
 */
export function recordingFamilies(dataset: Dataset): Int32Array {
  const { recordings } = dataset;
  const family = Int32Array.from(recordings, (_, i) => i);
  if (recordings.length === 1) return family;
  for (let without = 0; without < dataset.fieldFeatures; without++) {
    const { rows, shared } = distinctiveRows(dataset, without);
    for (const [pair, count] of shared) {
      const [a, b] = [Math.floor(pair / recordings.length), pair % recordings.length];
      const shorter = Math.min(rows[a]!, rows[b]!);
      if (shorter < LEAST_ROWS || count < SHARED_PART * shorter) continue;
      const [from, to] = [Math.max(family[a]!, family[b]!), Math.min(family[a]!, family[b]!)];
      family.forEach((each, i) => {
        if (each === from) family[i] = to;
      });
    }
  }
  return family;
}

/** How many sampled rows are alone of their kind in their recording, and how many of those two recordings share (pair: a * recordings + b, a < b). */
function distinctiveRows(dataset: Dataset, without: number): { rows: Float64Array; shared: Map<number, number> } {
  const { recordingOf, recordings } = dataset;
  const owners = new Map<number, Set<number>>();
  const common = new Set<number>();
  for (let row = 0; row < dataset.rows; row++) {
    const hash = rowHash(dataset, row, without);
    if (hash % SAMPLED !== 0 || common.has(hash)) continue;
    const of = owners.get(hash);
    if (of === undefined) owners.set(hash, new Set([recordingOf[row]!]));
    else if (of.has(recordingOf[row]!)) common.add(hash);
    else of.add(recordingOf[row]!);
  }
  const rows = new Float64Array(recordings.length);
  const shared = new Map<number, number>();
  for (const [hash, of] of owners) {
    if (common.has(hash)) continue;
    const sorted = [...of].sort((a, b) => a - b);
    sorted.forEach((b, i) => {
      rows[b]!++;
      // neighbours are enough: families join what they share in common
      const a = sorted[i - 1];
      if (a !== undefined) shared.set(a * recordings.length + b, (shared.get(a * recordings.length + b) ?? 0) + 1);
    });
  }
  return { rows, shared };
}

const bits = new DataView(new ArrayBuffer(4));

/** A hash of the row's fields but one; whole and below 2^53. */
function rowHash(dataset: Dataset, row: number, without: number): number {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  const start = row * dataset.featureNames.length;
  for (let feature = 0; feature < dataset.fieldFeatures; feature++) {
    if (feature === without) continue;
    bits.setFloat32(0, dataset.features[start + feature]!);
    const value = bits.getInt32(0);
    high = Math.imul(high ^ value, 0x85ebca6b);
    high ^= high >>> 13;
    low = Math.imul(low + value, 0xc2b2ae35);
    low ^= low >>> 15;
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
