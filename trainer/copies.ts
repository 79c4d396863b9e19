import type { Dataset } from "./dataset.ts";
import { highPart, lowPart, wholeHash } from "./leaks/row-hash.ts";

/** Recordings that share at least this part of the shorter one's distinctive rows are copies of one another. */
const SHARED_PART = 0.5;

/** Fewer distinctive rows prove nothing. */
const LEAST_ROWS = 10;

/** One hash in this many is looked at. */
const SAMPLED = 8;

/** Splits, judging and report all ask for the same families. */
const known = new WeakMap<Dataset, Int32Array>();

/**
 * For each recording the number of its family: recordings whose rows are equal but for one feature belong to the same one, and
 * must never stand on both sides of a split. Only rows count that are the only ones of their kind in their recording: coarse values are
 * shared by chance. Linear in rows times fields, once for each dataset; what is derived from a field would differ with it, and is not looked at.
 */
export function recordingFamilies(dataset: Dataset): Int32Array {
  const families = known.get(dataset) ?? findFamilies(dataset);
  known.set(dataset, families);
  return families;
}

function findFamilies(dataset: Dataset): Int32Array {
  const { recordings } = dataset;
  const family = Int32Array.from(recordings, (_, i) => i);
  if (recordings.length === 1) return family;
  const hashes = new RowHashes(dataset);
  for (let without = 0; without < dataset.fieldFeatures; without++) {
    const { rows, shared } = distinctiveRows(dataset, (row) => hashes.without(row, without));
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
function distinctiveRows(dataset: Dataset, hashOf: (row: number) => number): { rows: Float64Array; shared: Map<number, number> } {
  const { recordingOf, recordings } = dataset;
  const owners = new Map<number, Set<number>>();
  const common = new Set<number>();
  for (let row = 0; row < dataset.rows; row++) {
    const hash = hashOf(row);
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

/** Hashes of all rows' fields but one: a sum over the fields, less the part of that one. */
class RowHashes {
  readonly #dataset: Dataset;
  readonly #low: Int32Array;
  readonly #high: Int32Array;

  constructor(dataset: Dataset) {
    const { rows, fieldFeatures } = dataset;
    this.#dataset = dataset;
    this.#low = new Int32Array(rows);
    this.#high = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      for (let field = 0; field < fieldFeatures; field++) {
        const low = this.#lowPart(row, field);
        this.#low[row]! += low;
        this.#high[row]! += highPart(low);
      }
    }
  }

  /** Whole, 0…2^53 - 1. */
  without(row: number, field: number): number {
    const low = this.#lowPart(row, field);
    return wholeHash(this.#low[row]! - low, this.#high[row]! - highPart(low));
  }

  #lowPart(row: number, field: number): number {
    const { features, featureNames } = this.#dataset;
    return lowPart(field, features[row * featureNames.length + field]!);
  }
}
