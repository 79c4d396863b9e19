import { expect, test } from "vitest";
import { dateOf, dayAfter, daysOf } from "../../../engine/history/days.ts";

const day = (date: string) => Date.parse(`${date}T00:00:00Z`);

test("days rise, each once, however often times go to and fro", () => {
  const monday = day("2026-11-23");
  expect(daysOf([Float64Array.of(monday + 86_400_000, monday, monday + 1), Float64Array.of(monday - 1, monday)])).toEqual([day("2026-11-22"), monday, day("2026-11-24")]);
  expect(daysOf([])).toEqual([]);
});

test("a time within half a ms of midnight is the next day's, as DuckDB rounds it", () => {
  const midnight = day("2026-11-23");
  const dateIn = (timeMs: number) => daysOf([Float64Array.of(timeMs)]).map(dateOf);
  expect(dateIn(midnight - 0.5)).toEqual(["2026-11-23"]);
  expect(dateIn(midnight - 0.51)).toEqual(["2026-11-22"]);
  expect(daysOf([Float64Array.of(midnight, midnight - 0.5, midnight - 0.75, midnight + 86_399_999.5)])).toEqual([midnight - 86_400_000, midnight, midnight + 86_400_000]);
});

test("dates go from 1970 to the last one that a Date can tell", () => {
  expect([0, 253_402_300_800_000, 8.64e15].map(dateOf)).toEqual(["1970-01-01", "10000-01-01", "275760-09-13"]);
});

test("what lies beyond the last day that a Date can tell, as windows may end there, counts to that day", () => {
  const last = 8.64e15;
  expect(daysOf([Float64Array.of(last + 86_400_000, last, 0, last + 1e9)])).toEqual([0, last]);
  expect([dayAfter(0), dayAfter(last)]).toEqual([86_400_000, Infinity]);
});
