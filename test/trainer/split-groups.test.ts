import { expect, test } from "vitest";
import { groupSplit } from "../../trainer/split-groups.ts";
import { datasetOf, withCopy } from "../fixtures/dataset.ts";

const dataset = datasetOf({ R1: 500, R2: 400, R3: 300, R4: 200, R5: 100, R6: 100 });
const recordingsOf = (rows: Uint32Array) => new Set(Array.from(rows, (row) => dataset.recordings[dataset.recordingOf[row]!]!));

test("each group is tested once, whole, and by a model that has not seen it", () => {
  const { folds } = groupSplit(dataset, { folds: 3 });
  const tested = folds.map(({ test }) => recordingsOf(test));
  expect(tested.flatMap((each) => [...each]).sort()).toEqual(["R1", "R2", "R3", "R4", "R5", "R6"]);
  folds.forEach(({ train }, k) => expect(recordingsOf(train).isDisjointFrom(tested[k]!)).toBe(true));
});

test("folds get about as many rows each", () => {
  expect(groupSplit(dataset, { folds: 3 }).folds.map(({ test }) => test.length)).toEqual([600, 500, 500]);
});

test("groups of any kind can be left out, and rows whose windows touch theirs train nothing", () => {
  const one = datasetOf({ R1: 1000 });
  const groups = Array.from({ length: 1000 }, (_, row) => (row < 600 ? "morning" : "evening"));
  const { folds } = groupSplit(one, { groups });
  expect(folds.map(({ train, test }) => [train.length, test.length])).toEqual([[340, 600], [540, 400]]);
});

test("groups that hold copies of one another are held out together", () => {
  const { folds, meaning } = groupSplit(withCopy(datasetOf({ R1: 500, R2: 500, R3: 500 }), 0, 2));
  expect(folds.map(({ test }) => test.length)).toEqual([1000, 500]);
  expect(meaning).toContain("2 are left of 3");
});

test("one group cannot be left out, and the split says so", () => {
  const { folds, meaning } = groupSplit(withCopy(datasetOf({ R1: 500, R2: 500 }), 0, 1));
  expect(folds).toEqual([]);
  expect(meaning).toContain("at least two");
});

test.each([{ folds: 1 }, { groups: ["a"] }])("%o is refused", (options) => {
  expect(() => groupSplit(dataset, options)).toThrow(expect.objectContaining({ code: "MGV_ARGUMENT" }));
});
