import { expect, test } from "vitest";
import { groupSplit } from "../../trainer/split-groups.ts";
import { nested, partOf } from "../../trainer/split-nested.ts";
import { timeSplit } from "../../trainer/split-time.ts";
import { datasetOf } from "../fixtures/dataset.ts";

const dataset = datasetOf({ R1: 300, R2: 300, R3: 300, R4: 300 });

test("inner folds are of the outer training part alone, and test each of its rows once", () => {
  for (const { train, test, inner } of nested(dataset, groupSplit(dataset), groupSplit)) {
    expect(inner).toHaveLength(3);
    expect(inner.flatMap((fold) => [...fold.test]).sort((a, b) => a - b)).toEqual([...train]);
    const tested = new Set(test);
    for (const fold of inner) {
      const [learned, judged] = [new Set(fold.train), new Set(fold.test)];
      expect(learned.isDisjointFrom(tested) && judged.isDisjointFrom(tested) && learned.isDisjointFrom(judged)).toBe(true);
    }
  }
});

test("the inner split may be another than the outer one", () => {
  const [first] = nested(dataset, groupSplit(dataset), timeSplit);
  const times = (rows: Uint32Array) => Array.from(rows, (row) => dataset.timesMs[row]!);
  expect(Math.max(...times(first!.inner[0]!.train))).toBeLessThan(Math.min(...times(first!.inner[0]!.test)) - 59_999);
});

test("a part of a dataset has its own rows and recordings, in their order", () => {
  const rows = Uint32Array.of(301, 300, 900);
  const part = partOf(dataset, rows);
  expect(part).toMatchObject({ rows: 3, recordings: ["R2", "R4"] });
  expect([...part.recordingOf]).toEqual([0, 0, 1]);
  expect([...part.features.subarray(0, 4)]).toEqual([...dataset.features.subarray(301 * 4, 302 * 4)]);
  expect([...part.timesMs]).toEqual(Array.from(rows, (row) => dataset.timesMs[row]));
});
