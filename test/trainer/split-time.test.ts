import { expect, test } from "vitest";
import type { Dataset } from "../../trainer/dataset.ts";
import { timeSplit } from "../../trainer/split-time.ts";
import { datasetOf, withCopy } from "../fixtures/dataset.ts";

const dataset = datasetOf({ R1: 1000, R2: 1000 });
const timesOf = ({ timesMs }: Dataset, rows: Uint32Array) => Array.from(rows, (row) => timesMs[row]!);

//  time      |------- learned -------|- purged, 60 s -|----- tested -----|
test("all that is tested is later by more than a window than all that is learned", () => {
  const [fold] = timeSplit(datasetOf({ R1: 1000 })).folds;
  expect(fold!.test).toHaveLength(200);
  expect(Math.min(...timesOf(dataset, fold!.test)) - Math.max(...timesOf(dataset, fold!.train))).toBe(60_000);
  expect(fold!.train).toHaveLength(741);
});

test("a longer purge may be asked for, a shorter one is refused", () => {
  const [fold] = timeSplit(datasetOf({ R1: 1000 }), { testShare: 0.5, purgeMs: 100_000 }).folds;
  expect(Math.min(...timesOf(dataset, fold!.test)) - Math.max(...timesOf(dataset, fold!.train))).toBe(100_000);
  expect(() => timeSplit(dataset, { purgeMs: 59_999 })).toThrow(expect.objectContaining({ code: "MGV_ARGUMENT" }));
  expect(() => timeSplit(dataset, { testShare: 1 })).toThrow(expect.objectContaining({ code: "MGV_ARGUMENT" }));
});

test("an earlier copy of what is tested is not learned from", () => {
  const three = datasetOf({ R1: 1000, R2: 1000, R3: 1000 });
  const { folds, meaning } = timeSplit(withCopy(three, 0, 2));
  expect(new Set(Array.from(folds[0]!.train, (row) => three.recordingOf[row]))).toEqual(new Set([1, 2]));
  expect(meaning).toContain("left out: R1");
});

test("where nothing is left to learn from it says so", () => {
  const { folds, meaning } = timeSplit(withCopy(dataset, 0, 1), { testShare: 0.5 });
  expect(folds).toEqual([]);
  expect(meaning).toMatch(/Nothing is left to learn from.*R1/);
});
