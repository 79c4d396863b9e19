import { expect, test } from "vitest";
import { durationMs, durationText } from "../../../engine/pipeline/duration.ts";

test.each([
  ["500ms", 500],
  ["5s", 5000],
  ["1.5m", 90_000],
  ["2h", 7_200_000],
  ["1d", 86_400_000],
  ["5 minutes", 300_000],
  ["1 minute", 60_000],
  ["30 Seconds", 30_000],
])("%s is %d ms", (text, ms) => {
  expect(durationMs(text, "it")).toBe(ms);
});

test.each(["", "5", "m", "-5s", "5 parsecs", "5s5s", "Infinitys", "0s"])("%j is no duration", (text) => {
  expect(() => durationMs(text, "The hop")).toThrow(expect.objectContaining({ code: "MGV_USAGE", message: expect.stringContaining(`The hop is "${text}"`) as string }));
});

test("0 is one where it may be", () => {
  expect(durationMs("0s", "it", { zero: true })).toBe(0);
});

test.each([
  [90_000, "90s"],
  [60_000, "1m"],
  [86_400_000, "1d"],
  [1500, "1500ms"],
  [0, "0ms"],
])("%d ms is written as %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
