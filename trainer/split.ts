import type { SplitReport } from "../kernel-as/model/split-report.ts";
import type { Dataset } from "./dataset.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { recordingFamilies } from "./copies.ts";
import { wordsOf } from "./event-words.ts";

/** Which rows a model learns from, and which it is then judged by. */
export interface Fold {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** One way of holding rows back. */
export interface Split<Name extends string = SplitReport["name"]> {
  readonly name: Name;
  readonly title: string;
  readonly meaning: string;
  /** Empty when the data cannot be split in this way. */
  readonly folds: readonly Fold[];
}

const BLOCK_MS = 600_000;
const FOLDS = 5;

/** The three splits, side by side because only the last two say anything about readings that are yet to come. */
export function splits(dataset: Dataset): Split[] {
  return [randomSplit(dataset), blockSplit(dataset), recordingSplit(dataset)];
}

/**
 * The split to choose parameters by, in at most `folds` folds: recordings left out where there are two that are no copies of each other, else blocks of time. Never random rows: in a stream their
 * neighbours are on the other side. Throws `MGV_TRAIN_DATA` when the data cannot be split so.
 */
export function splitToChooseBy(dataset: Dataset, { folds = FOLDS, by }: { folds?: number; by?: "recordings" | "blocks" } = {}): Split {
  const recordings = recordingSplit(dataset, folds);
  if (by === "recordings" && recordings.folds.length < 2) throw new MangroveError("MGV_TRAIN_DATA", "There are no two recordings that are not copies of each other, so none can be left out: split by blocks.");
  const split = by === "recordings" || (by === undefined && recordings.folds.length >= 2) ? recordings : blockSplit(dataset, folds);
  if (split.folds.length >= 2) return split;
  throw new MangroveError("MGV_TRAIN_DATA", "The readings are too few to part them into blocks of ten minutes: two folds need more than one block each, and the longest span between them.");
}

export function randomSplit(dataset: Dataset): Split {
  return {
    name: "random",
    title: "random 20 %",
    meaning: "Flatters: every test row has neighbours in time on the training side. Shown because others quote it.",
    folds: [fold(dataset, (row) => hash(row) % 5 === 0)],
  };
}

/** Blocks stay whole, copies of a block fall into the same fold, and rows whose windows touch a test block train nothing. */
export function blockSplit(dataset: Dataset, parts = FOLDS): Split {
  const family = recordingFamilies(dataset);
  const { recordingOf, longestSpanMs } = dataset;
  const blockAt = blocksOf(dataset);
  const foldAt = (row: number, shiftMs: number) => (hash(family[recordingOf[row]!]! * 7919 + 1) + blockAt(row, shiftMs)) % parts;
  // every block that a window reaches into, or whose windows reach the row
  const steps = Math.ceil(longestSpanMs / BLOCK_MS);
  const shiftsMs = Array.from({ length: 2 * steps + 1 }, (_, i) => ((i - steps) / Math.max(steps, 1)) * longestSpanMs);
  const folds = Array.from({ length: parts }, (_, k) =>
    fold(
      dataset,
      (row) => foldAt(row, 0) === k,
      (row) => shiftsMs.some((shiftMs) => foldAt(row, shiftMs) === k),
    ),
  ).filter(({ train, test }) => train.length > 0 && test.length > 0);
  return {
    name: "blocks",
    title: "10-minute blocks",
    meaning: folds.length === 0 ? whyNoBlocks(dataset) : `Each block is judged by a model that saw neither it nor ${longestSpanMs / 1000} s around it, but other blocks of the same recording.`,
    folds,
  };
}

/** Why no block can be held back, and what to do. */
function whyNoBlocks(dataset: Dataset): string {
  const { recordingOf, longestSpanMs } = dataset;
  const blockAt = blocksOf(dataset);
  const blocks = new Set(Array.from(recordingOf, (recording, row) => `${recording} ${blockAt(row)}`));
  if (blocks.size === 1) return "Nothing could be held back: all readings are of one block of ten minutes, and it takes several. Record for longer.";
  return `Nothing is left to learn from: features look back over ${longestSpanMs / 1000} s, and no row is further than that from the blocks that judge. Judge by --split time or recordings, or give the features shorter spans.`;
}

/** For a row, and a moment so long after it, the number of the ten-minute block of its recording. */
export function blocksOf({ timesMs, recordingOf, recordings }: Dataset): (row: number, shiftMs?: number) => number {
  const startMs = new Float64Array(recordings.length).fill(Infinity);
  timesMs.forEach((timeMs, row) => (startMs[recordingOf[row]!] = Math.min(startMs[recordingOf[row]!]!, timeMs)));
  return (row, shiftMs = 0) => Math.floor((timesMs[row]! + shiftMs - startMs[recordingOf[row]!]!) / BLOCK_MS);
}

export function recordingSplit(dataset: Dataset, most = FOLDS): Split {
  const family = recordingFamilies(dataset);
  const families = [...new Set(family)];
  const part = new Map(families.map((each, i) => [each, i % most]));
  const parts = families.length < 2 ? 0 : Math.min(families.length, most);
  const copies = dataset.recordings.flatMap((name, i) => (family[i] === i ? [] : [`${name} = ${dataset.recordings[family[i]!]}`]));
  const kept = copies.length === 0 ? "" : ` Copies are held out together (${copies.join(", ")}: equal but for one field).`;
  return {
    name: "recordings",
    title: families.length > most ? "recordings left out" : "a recording left out",
    meaning: parts === 0 ? "Needs at least two recordings that are not copies of each other." : `The nearest to a new ${wordsOf(dataset.event).place}: the model has never seen ${families.length > most ? `these, one in ${most} of all ${families.length} at a time` : "this one"}.${kept}`,
    folds: Array.from({ length: parts }, (_, k) => fold(dataset, (row) => part.get(family[dataset.recordingOf[row]!]!) === k)),
  };
}

/** Rows that are neither tested nor purged are learned from. */
export function fold({ rows }: Pick<Dataset, "rows">, isTest: (row: number) => boolean, isPurged: (row: number) => boolean = () => false): Fold {
  const train = new Uint32Array(rows);
  const test = new Uint32Array(rows);
  let trained = 0;
  let tested = 0;
  for (let row = 0; row < rows; row++) {
    if (isTest(row)) test[tested++] = row;
    else if (!isPurged(row)) train[trained++] = row;
  }
  return { train: train.subarray(0, trained), test: test.subarray(0, tested) };
}

/** A fixed mixing of a whole number, 0…2^31 - 1. */
export function hash(value: number): number {
  let mixed = Math.imul(value ^ 0x9e3779b9, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 1;
}
