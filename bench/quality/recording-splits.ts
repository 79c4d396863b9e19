import { Random } from "../../engine/simulator/random.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Dataset } from "../../trainer/dataset.ts";
import { nearTest } from "../../trainer/purge.ts";
import { fold, type Fold } from "../../trainer/split.ts";

const BLOCK_MS = 600_000;
const FOLDS = 5;

/** What a draw keeps of the rows to learn from. */
const KEPT = 0.9;

/** The recordings that are no copies: R1 and R5 are R2 and R4 again, with other times and temperatures. */
const DISTINCT = ["R2", "R3", "R4"] as const;

/** One way to hold rows of the smoke recording back. */
export interface RecordingSplit {
  readonly name: string;
  readonly title: string;
  readonly fold: Fold;
}

/** The single splits, without a gap between what is learned and what is tested. Throws `MGV_USAGE` for another file. */
export function recordingSplits(dataset: Dataset): RecordingSplit[] {
  const parts = partsOf(dataset);
  const [R2, R3, R4] = parts;
  const random = new Random(1).fork("rows");
  const isDrawn = Array.from(dataset.labels, () => random.integer(FOLDS) === 0);
  const earlier = (share: number) => {
    const learned = Math.floor(share * R2.length);
    return { train: together(R2.subarray(0, learned), R4), test: together(R2.subarray(learned), R3) };
  };
  return [
    { name: "random", title: "random 80/20 over all rows", fold: fold(dataset, (row) => isDrawn[row]!) },
    { name: "blocks-once", title: "10-minute blocks of R2, R3 and R4 held out, one in five", fold: blockFolds(dataset, { seed: 1, purged: false })[0]! },
    { name: "first-30", title: "first 30 % of R2, and R4 → rest of R2, and R3", fold: earlier(0.3) },
    { name: "first-20", title: "first 20 % of R2, and R4 → rest of R2, and R3", fold: earlier(0.2) },
    ...DISTINCT.map((name, i) => ({ name: `without-${name}`, title: `${name} left out`, fold: { train: together(...parts.filter((_, j) => j !== i)), test: parts[i]! } })),
  ];
}

function together(...parts: readonly Uint32Array[]): Uint32Array {
  return Uint32Array.from(parts.flatMap((rows) => [...rows]));
}

/** The rows of the distinct recordings. */
function partsOf({ recordings, recordingOf, labels }: Dataset): [Uint32Array, Uint32Array, Uint32Array] {
  if (recordings.join() !== "R1,R2,R3,R4,R5") throw new MangroveError("MGV_USAGE", `This is not the smoke recording: it has not the recordings R1 to R5, but ${recordings.join(", ")}.`);
  const rows = Uint32Array.from(labels.keys());
  return DISTINCT.map((name) => rows.filter((row) => recordings[recordingOf[row]!] === name)) as [Uint32Array, Uint32Array, Uint32Array];
}

/** For each row of R2, R3 and R4 the number of its 10 minutes, counted on from one recording to the next; -1 for copies. */
export function blocksOf(dataset: Dataset): { blockOf: Int32Array; blocks: number } {
  const blockOf = new Int32Array(dataset.rows).fill(-1);
  let blocks = 0;
  for (const rows of partsOf(dataset)) {
    const startMs = dataset.timesMs[rows[0]!]!;
    for (const row of rows) blockOf[row] = blocks + Math.floor((dataset.timesMs[row]! - startMs) / BLOCK_MS);
    blocks = blockOf[rows.at(-1)!]! + 1;
  }
  return { blockOf, blocks };
}

interface BlockFolding {
  /** Of the permutation that deals blocks to folds. */
  readonly seed: number;
  /** Nothing is learned of rows whose windows reach a tested row, or that a tested row's windows reach. */
  readonly purged: boolean;
}

/** Five folds of the blocks of R2, R3 and R4: that of a block is its place in a permutation of all blocks, modulo five. */
export function blockFolds(dataset: Dataset, { seed, purged }: BlockFolding): Fold[] {
  const { blockOf, blocks } = blocksOf(dataset);
  const place = permutation(blocks, new Random(seed).fork("blocks"));
  return Array.from({ length: FOLDS }, (_, k) => {
    const isTest = (row: number) => blockOf[row] !== -1 && place[blockOf[row]!]! % FOLDS === k;
    const isNear = purged ? nearTest(dataset, isTest) : () => false;
    return fold(dataset, isTest, (row) => blockOf[row] === -1 || isNear(row));
  });
}

/** The same fold with nine in ten of the rows to learn from. */
export function someLearned({ train, test }: Fold, seed: number): Fold {
  const random = new Random(seed).fork("learned");
  return { train: train.filter(() => random.uniform() < KEPT), test };
}

/** Fisher and Yates. */
function permutation(length: number, random: Random): number[] {
  const all = Array.from({ length }, (_, i) => i);
  for (let last = length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [all[last], all[other]] = [all[other]!, all[last]!];
  }
  return all;
}
