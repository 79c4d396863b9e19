import { expect, test } from "vitest";
import { rankTest } from "../../../bench/report/rank-test.ts";

test("five samples that are all above five others come so by chance twice in 252 times", () => {
  expect(rankTest([6, 7, 8, 9, 10], [1, 2, 3, 4, 5])).toBeCloseTo(2 / 252, 12);
  expect(rankTest([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])).toBeCloseTo(2 / 252, 12);
});

test("one pair that lies the other way makes it twice as likely", () => {
  expect(rankTest([1, 2, 3, 4, 6], [5, 7, 8, 9, 10])).toBeCloseTo(4 / 252, 12);
});

test("samples that are mixed, equal or missing tell nothing", () => {
  expect(rankTest([1, 4, 5], [2, 3, 6])).toBe(1);
  expect(rankTest([1, 1, 1], [1, 1, 1])).toBe(1);
  expect(rankTest([], [1, 2])).toBe(1);
});

test("of every size the chances of all outcomes are those of a count by hand", () => {
  // 2 of 4 places: six ways, of which the first two win 0, 1, 2, 2, 3 and 4 pairs
  expect(rankTest([1, 2], [3, 4])).toBeCloseTo(2 / 6, 12);
  expect(rankTest([1, 3], [2, 4])).toBeCloseTo(4 / 6, 12);
});
