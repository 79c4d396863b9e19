import { expect, test } from "vitest";
import { recordingFamilies } from "../../trainer/copies.ts";
import { blockSplit, splits, splitToChooseBy, type Split } from "../../trainer/split.ts";
import { datasetOf, withCopy } from "../fixtures/dataset.ts";

const dataset = datasetOf({ R1: 4000, R2: 4000, R3: 2000 });
const named = (all: Split[], name: Split["name"]) => all.find((split) => split.name === name)!;

test("in every split no row is on both sides, and every row is tested at most once", () => {
  for (const { folds } of splits(dataset)) {
    const tested = new Set<number>();
    for (const { train, test: held } of folds) {
      const learned = new Set(train);
      for (const row of held) {
        expect(learned.has(row)).toBe(false);
        expect(tested.has(row)).toBe(false);
        tested.add(row);
      }
    }
  }
});

test("the random split tests about a fifth, the others every row", () => {
  const all = splits(dataset);
  const tested = (name: Split["name"]) => named(all, name).folds.reduce((sum, fold) => sum + fold.test.length, 0);
  expect(tested("random") / dataset.rows).toBeGreaterThan(0.17);
  expect(tested("random") / dataset.rows).toBeLessThan(0.23);
  expect(tested("blocks")).toBe(dataset.rows);
  expect(tested("recordings")).toBe(dataset.rows);
});

//  block     |--- 600 s ---|--- 600 s ---|        a training row keeps a whole window's distance from every test row
test("training rows of the block split are a window away from every test row of their recording", () => {
  for (const { train, test: held } of named(splits(dataset), "blocks").folds) {
    const tested = dataset.recordings.map((_, recording) => Array.from(held).filter((row) => dataset.recordingOf[row] === recording).map((row) => dataset.timesMs[row]!));
    const testedSeconds = tested.map((times) => new Set(times));
    for (const row of train) {
      const seconds = testedSeconds[dataset.recordingOf[row]!]!;
      for (let shift = -60_000; shift <= 60_000; shift += 20_000) expect(seconds.has(dataset.timesMs[row]! + shift)).toBe(false);
    }
  }
});

test("a span longer than a block keeps its distance too", () => {
  const long = { ...dataset, longestSpanMs: 1_500_000 };
  for (const { train, test: held } of named(splits(long), "blocks").folds) {
    const times = (rows: Uint32Array, recording: number) => Array.from(rows).filter((row) => dataset.recordingOf[row] === recording).map((row) => dataset.timesMs[row]!);
    for (const recording of dataset.recordings.keys()) {
      const tested = times(held, recording);
      for (const timeMs of times(train, recording)) expect(tested.every((each) => Math.abs(each - timeMs) >= 1_500_000)).toBe(true);
    }
  }
});

test("recordings that are equal but for one feature are one family", () => {
  const copied = withCopy(dataset, 0, 1);
  expect([...recordingFamilies(dataset)]).toEqual([0, 1, 2]);
  const family = recordingFamilies(copied);
  expect(recordingFamilies(copied)).toBe(family);
  expect(family[0]).toBe(family[1]);
  expect(family[2]).not.toBe(family[0]);
});

test("recordings that share coarse values are not taken for copies", () => {
  const coarse = { ...dataset, features: dataset.features.map((x, i) => (i % 4 === 1 ? Math.floor(x * 8) : x)) };
  expect([...recordingFamilies(coarse)]).toEqual([0, 1, 2]);
});

test("copies are never parted: not by blocks, not by recordings", () => {
  const copied = withCopy(dataset, 0, 1);
  const second = (row: number) => copied.timesMs[row]! - 1e12 - copied.recordingOf[row]! * 1e9;
  const { folds } = named(splits(copied), "blocks");
  for (const { test: held } of folds) {
    const of = (recording: number) => Array.from(held).filter((row) => copied.recordingOf[row] === recording).map(second);
    expect(of(0)).toEqual(of(1));
  }
  const left = named(splits(copied), "recordings");
  expect(left.folds).toHaveLength(2);
  expect(left.meaning).toContain("R2 = R1");
});

test("one recording cannot be left out, and the report says so", () => {
  const left = named(splits(datasetOf({ R1: 100 })), "recordings");
  expect(left.folds).toEqual([]);
  expect(left.meaning).toContain("at least two");
});

test("to choose by, recordings are left out where there are two that are no copies, else blocks; never random rows", () => {
  const choose = (...given: Parameters<typeof splitToChooseBy>) => { const { name, folds } = splitToChooseBy(...given); return `${name} ${folds.length}`; };
  expect(choose(dataset)).toBe("recordings 3");
  expect(choose(dataset, { folds: 2 })).toBe("recordings 2");
  expect(choose(dataset, { by: "blocks" })).toBe("blocks 5");
  expect(choose(dataset, { by: "blocks", folds: 3 })).toBe("blocks 3");
  const one = datasetOf({ R1: 4000 });
  expect(choose(one)).toBe("blocks 5");
  expect(choose(withCopy(datasetOf({ R1: 4000, R2: 4000 }), 0, 1))).toBe("blocks 5");
  expect(() => splitToChooseBy(one, { by: "recordings" })).toThrow("split by blocks");
  expect(() => splitToChooseBy(datasetOf({ R1: 300 }))).toThrow("too few to part them into blocks");
});

test("two folds of recordings take half of them each, and rows of neither are lost", () => {
  const { folds } = splitToChooseBy(dataset, { folds: 2 });
  expect(folds.map(({ train, test: held }) => [train.length, held.length])).toEqual([[4000, 6000], [6000, 4000]]);
});

test("where no block can be held back, what is missing is said, and what to do", () => {
  const short = blockSplit(datasetOf({ R1: 300 }));
  expect([short.folds, short.meaning]).toEqual([[], "Nothing could be held back: all readings are of one block of ten minutes, and it takes several. Record for longer."]);
  const farBack = blockSplit({ ...dataset, longestSpanMs: 3_600_000 });
  expect([farBack.folds, farBack.meaning]).toEqual([[], "Nothing is left to learn from: features look back over 3600 s, and no row is further than that from the blocks that judge. Judge by --split time or recordings, or give the features shorter spans."]);
});
