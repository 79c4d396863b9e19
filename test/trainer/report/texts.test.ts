import { expect, test } from "vitest";
import { counted, durationText, figureText, percentText, timeText, valueText } from "../../../trainer/report/texts.ts";

test("figures that have no meaning are a dash", () => {
  expect([figureText(null), figureText(NaN), percentText(null), valueText(null), durationText(null), timeText(NaN), timeText(9e15)]).toEqual(["–", "–", "–", "–", "–", "–", "–"]);
});

test("figures have four digits, shares one, and no share that is there is zero", () => {
  expect([figureText(0.98581), figureText(0), percentText(0.7146), percentText(0), percentText(0.0001), percentText(0.9996), percentText(1)]).toEqual(["0.9858", "0.0000", "71.5 %", "0.0 %", "< 0.1 %", "> 99.9 %", "100.0 %"]);
});

test.each([
  [0, "0"],
  [45_432, "45,432"],
  [937.5149999, "937.51"],
  [-22.010000228881836, "-22.01"],
  [0.0031, "0.0031"],
  [1.25e-7, "1.25e-7"],
  [1_234_567.8, "1.2346e+6"],
])("the value %f is written as %s", (value, text) => {
  expect(valueText(value)).toBe(text);
});

test.each([
  [0, "0 s"],
  [12, "12 ms"],
  [1500, "1.5 s"],
  [90_000, "90.0 s"],
  [150_000, "2.5 min"],
  [24_993_000, "6.9 h"],
  [200_000_000, "2.3 d"],
])("%d ms are %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test("one is one", () => {
  expect([counted(1, "fire"), counted(2000, "fire")]).toEqual(["1 fire", "2,000 fires"]);
});
