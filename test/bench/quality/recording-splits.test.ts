import { beforeAll, describe, expect, test } from "vitest";
import { readRecording } from "../../../bench/quality/recording.ts";
import { blockFolds, blocksOf, recordingSplits, someLearned } from "../../../bench/quality/recording-splits.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import type { Dataset } from "../../../trainer/dataset.ts";
import { datasetOf } from "../../fixtures/dataset.ts";
import { recordingAbsent, recordingPath } from "../../fixtures/recording.ts";

/** Five recordings of one reading a second: blocks of 10 minutes, features that look back over one. */
const made = datasetOf({ R1: 900, R2: 7300, R3: 1300, R4: 2500, R5: 600 });

const recordingOf = (dataset: Dataset, rows: Iterable<number>) => new Set(Array.from(rows, (row) => dataset.recordings[dataset.recordingOf[row]!]!));

const range = (start: number, end: number) => Array.from({ length: end - start }, (_, i) => start + i);

test("a file without the five recordings is refused", () => {
  expect(() => recordingSplits(datasetOf({ kitchen: 900, hall: 900 }))).toThrow(/not the smoke recording.*kitchen, hall/);
});

test("what is tested is not learned, and each split but the random one leaves the copies out", () => {
  for (const { name, fold } of recordingSplits(made)) {
    const learned = new Set(fold.train);
    expect(fold.test.some((row) => learned.has(row))).toBe(false);
    const used = recordingOf(made, [...fold.train, ...fold.test]);
    expect([...used].sort()).toEqual(name === "random" ? ["R1", "R2", "R3", "R4", "R5"] : ["R2", "R3", "R4"]);
  }
});

test("blocks are ten minutes of a recording, numbered on from one recording to the next", () => {
  const { blockOf, blocks } = blocksOf(made);
  expect(blocks).toBe(13 + 3 + 5);
  const of = (recording: string, second: number) => blockOf[made.recordingOf.indexOf(made.recordings.indexOf(recording)) + second];
  expect([of("R1", 0), of("R2", 0), of("R2", 599), of("R2", 600), of("R2", 7299), of("R3", 0), of("R4", 2499), of("R5", 0)]).toEqual([-1, 0, 0, 1, 12, 13, 20, -1]);
});

test("each row of a distinct recording is tested once, its block with it, and the five folds have as many blocks each as can be", () => {
  const { blockOf, blocks } = blocksOf(made);
  const folds = blockFolds(made, { seed: 1, purged: false });
  expect(folds.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual(range(900, 900 + 7300 + 1300 + 2500));
  const tested = folds.map(({ test }) => new Set(test.map((row) => blockOf[row]!)).size);
  expect(tested.reduce((sum, count) => sum + count, 0)).toBe(blocks);
  expect(tested.toSorted((a, b) => a - b)).toEqual([4, 4, 4, 4, 5]);
  expect(folds.map(({ train, test }) => train.length + test.length)).toEqual([11_100, 11_100, 11_100, 11_100, 11_100]);
});

test("a seed makes the same folds again, another one others", () => {
  const folds = (seed: number) => blockFolds(made, { seed, purged: true });
  expect(folds(1)).toEqual(folds(1));
  expect(folds(2)).not.toEqual(folds(1));
});

test("purged, nothing is learned within the longest span of a tested row, and all else is", () => {
  for (const { train, test } of blockFolds(made, { seed: 1, purged: true })) {
    const tested = new Set(test);
    const learned = new Set(train);
    const isNear = (row: number) => range(row - 60, row + 61).some((other) => tested.has(other) && made.recordingOf[other] === made.recordingOf[row]);
    expect(range(900, 900 + 11_100).filter((row) => learned.has(row) === isNear(row))).toEqual([]);
  }
});

test("a draw learns from about nine in ten of a fold's rows and is tested by all of its", () => {
  const [fold] = blockFolds(made, { seed: 1, purged: false });
  const some = someLearned(fold!, 1);
  expect(some.test).toEqual(fold!.test);
  expect(some.train.length / fold!.train.length).toBeCloseTo(0.9, 1);
  expect(some.train.every((row) => fold!.train.includes(row))).toBe(true);
  expect(someLearned(fold!, 2).train).not.toEqual(some.train);
});

describe.skipIf(recordingAbsent !== null)(`the recording${recordingAbsent === null ? "" : `: skipped, ${recordingAbsent}`}`, () => {
  let dataset: Dataset;
  beforeAll(async () => {
    dataset = await readRecording(await loadKernel(), recordingPath);
  });

  test("has five parts with so many rows and alarms", () => {
    const parts = dataset.recordings.map((name, part) => {
      const rows = [...dataset.labels.keys()].filter((row) => dataset.recordingOf[row] === part);
      return { name, rows: rows.length, alarms: rows.filter((row) => dataset.labels[row] === 1).length };
    });
    expect(parts).toEqual([
      { name: "R1", rows: 24_994, alarms: 21_816 },
      { name: "R2", rows: 24_994, alarms: 21_816 },
      { name: "R3", rows: 1154, alarms: 1121 },
      { name: "R4", rows: 5744, alarms: 2 },
      { name: "R5", rows: 5744, alarms: 2 },
    ]);
  });

  test("single splits have so many rows on either side", () => {
    const sizes = recordingSplits(dataset).map(({ name, fold }) => [name, fold.train.length, fold.test.length]);
    expect(sizes.slice(2)).toEqual([
      ["first-30", 7498 + 5744, 17_496 + 1154],
      ["first-20", 4998 + 5744, 19_996 + 1154],
      ["without-R2", 1154 + 5744, 24_994],
      ["without-R3", 24_994 + 5744, 1154],
      ["without-R4", 24_994 + 1154, 5744],
    ]);
    const [random, blocks] = sizes as [string, number, number][];
    expect(random![1] + random![2]).toBe(62_630);
    expect(random![2] / 62_630).toBeCloseTo(0.2, 2);
    expect(blocks![1] + blocks![2]).toBe(31_892);
  });

  test("has 54 blocks of ten minutes, and 5 minutes around a tested one are not learned", () => {
    expect(blocksOf(dataset).blocks).toBe(54);
    const { timesMs, recordingOf: part } = dataset;
    const { train, test } = blockFolds(dataset, { seed: 1, purged: true })[0]!;
    // rows of a part follow one another in time, so that the nearest tested row is the last one before or the first one after
    let least = Infinity;
    for (const row of train) {
      const after = test.findIndex((other) => other > row);
      for (const other of [test[(after === -1 ? test.length : after) - 1], test[after]]) {
        if (other !== undefined && part[other] === part[row]) least = Math.min(least, Math.abs(timesMs[row]! - timesMs[other]!));
      }
    }
    expect(least).toBe(301_000);
  });
});
