import type { SplitReport } from "../kernel-as/model/card.ts";
import type { Dataset } from "./dataset.ts";
import { recordingFamilies } from "./copies.ts";

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
  const family = recordingFamilies(dataset);
  return [randomSplit(dataset), blockSplit(dataset, family), recordingSplit(dataset, family)];
}

function randomSplit(dataset: Dataset): Split {
  return {
    name: "random",
    title: "random 20 %",
    meaning: "Flatters: every test row has neighbours in time on the training side. Shown because others quote it.",
    folds: [fold(dataset, (row) => hash(row) % 5 === 0)],
  };
}

/** Blocks stay whole, copies of a block fall into the same fold, and rows whose windows touch a test block train nothing. */
function blockSplit(dataset: Dataset, family: Int32Array): Split {
  const { timesMs, recordingOf, recordings, longestSpanMs } = dataset;
  const startMs = new Float64Array(recordings.length).fill(Infinity);
  timesMs.forEach((timeMs, row) => (startMs[recordingOf[row]!] = Math.min(startMs[recordingOf[row]!]!, timeMs)));
  const foldAt = (row: number, shiftMs: number) => {
    const recording = recordingOf[row]!;
    const block = Math.floor((timesMs[row]! + shiftMs - startMs[recording]!) / BLOCK_MS);
    return (hash(family[recording]! * 7919 + 1) + block) % FOLDS;
  };
  // every block that a window reaches into, or whose windows reach the row
  const steps = Math.ceil(longestSpanMs / BLOCK_MS);
  const shiftsMs = Array.from({ length: 2 * steps + 1 }, (_, i) => ((i - steps) / Math.max(steps, 1)) * longestSpanMs);
  const folds = Array.from({ length: FOLDS }, (_, k) =>
    fold(
      dataset,
      (row) => foldAt(row, 0) === k,
      (row) => shiftsMs.some((shiftMs) => foldAt(row, shiftMs) === k),
    ),
  ).filter(({ train, test }) => train.length > 0 && test.length > 0);
  return {
    name: "blocks",
    title: "10-minute blocks",
    meaning: `Each block is judged by a model that saw neither it nor ${longestSpanMs / 1000} s around it, but other blocks of the same recording.`,
    folds,
  };
}

function recordingSplit(dataset: Dataset, family: Int32Array): Split {
  const families = [...new Set(family)];
  const part = new Map(families.map((each, i) => [each, families.length <= FOLDS ? i : i % FOLDS]));
  const parts = families.length < 2 ? 0 : Math.min(families.length, FOLDS);
  const copies = dataset.recordings.flatMap((name, i) => (family[i] === i ? [] : [`${name} = ${dataset.recordings[family[i]!]}`]));
  const kept = copies.length === 0 ? "" : ` Copies are held out together (${copies.join(", ")}: equal but for one field).`;
  return {
    name: "recordings",
    title: families.length > FOLDS ? "recordings left out" : "a recording left out",
    meaning: parts === 0 ? "Needs at least two recordings that are not copies of each other." : `The nearest to a new room: the model has never seen ${families.length > FOLDS ? `these, a fifth of all ${families.length} at a time` : "this one"}.${kept}`,
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
