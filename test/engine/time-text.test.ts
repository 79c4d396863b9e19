import { expect, test } from "vitest";
import { timeText } from "../../engine/time-text.ts";

test("a time is told as ISO 8601, and one that no date can hold is null", () => {
  expect(timeText(1_772_260_200_000.5)).toBe("2026-02-28T06:30:00.000Z");
  expect([0, 8.64e15].map(timeText)).toEqual(["1970-01-01T00:00:00.000Z", "+275760-09-13T00:00:00.000Z"]);
  expect([NaN, Infinity, 8.64e15 + 1, 1.7e18].map(timeText)).toEqual([null, null, null, null]);
});
