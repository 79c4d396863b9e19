import { expect, test } from "vitest";
import { median, spread, timesAsFast } from "../../bench/statistics.ts";

test("the median is the middle sample, whatever the order", () => {
  expect(median([30, 1, 2])).toBe(2);
  expect(median([7])).toBe(7);
});

test("of an even number of samples it is the mean of the middle two", () => {
  expect(median([100, 2, 4, 1])).toBe(3);
});

test("numbers are ordered as numbers, and the samples stay as they were", () => {
  const samples = [10, 9, 100];
  expect(median(samples)).toBe(10);
  expect(samples).toEqual([10, 9, 100]);
});

test("without samples there is no median", () => {
  expect(median([])).toBeNaN();
});

test("the spread is the least and the greatest sample", () => {
  expect(spread([3, 1, 2])).toEqual({ min: 1, max: 3 });
});

test("half the time is twice as fast, and an outlier moves nothing", () => {
  expect(timesAsFast([5, 5, 500], [10, 10, 10])).toBe(2);
  expect(timesAsFast([10], [5])).toBe(0.5);
});
