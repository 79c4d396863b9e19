import type { Dataset } from "./dataset.ts";

/** Recordings that share at least this part of the shorter one's rows are copies of one another. */
const SHARED_PART = 0.5;

/** One hash in this many is looked at. */
const SAMPLED = 8;

/**
 * For each recording the number of its family: recordings whose rows are equal but for one feature belong to the same one, and
 * must never stand on both sides of a split. Linear in rows times point features.
 */
export function recordingFamilies(dataset: Dataset): Int32Array {
  const { rows, recordingOf, recordings } = dataset;
  const family = Int32Array.from(recordings, (_, i) => i);
  if (recordings.length === 1) return family;
  const shared = Array.from(recordings, () => new Float64Array(recordings.length));
  const sizes = new Float64Array(recordings.length);
  for (let row = 0; row < rows; row++) sizes[recordingOf[row]!]!++;

  for (let without = 0; without < dataset.pointFeatures; without++) {
    const first = new Map<number, number>();
    const counts = Array.from(recordings, () => new Float64Array(recordings.length));
    for (let row = 0; row < rows; row++) {
      const hash = rowHash(dataset, row, without);
      if (hash % SAMPLED !== 0) continue;
      const seen = first.get(hash);
      if (seen === undefined) first.set(hash, recordingOf[row]!);
      else counts[recordingOf[row]!]![seen]!++;
    }
    counts.forEach((of, a) => of.forEach((count, b) => (shared[a]![b] = Math.max(shared[a]![b]!, count * SAMPLED))));
  }

  for (let a = 0; a < recordings.length; a++) {
    for (let b = 0; b < a; b++) {
      const common = Math.max(shared[a]![b]!, shared[b]![a]!);
      if (common < SHARED_PART * Math.min(sizes[a]!, sizes[b]!)) continue;
      const [from, to] = [family[a]!, family[b]!];
      family.forEach((each, i) => {
        if (each === from) family[i] = to;
      });
    }
  }
  return family;
}

const bits = new DataView(new ArrayBuffer(4));

/** A hash of the row's point features but one; whole and below 2^53. */
function rowHash(dataset: Dataset, row: number, without: number): number {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  const start = row * dataset.featureNames.length;
  for (let feature = 0; feature < dataset.pointFeatures; feature++) {
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
