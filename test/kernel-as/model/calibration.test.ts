import * as fc from "fast-check";
import { expect, test } from "vitest";
import { calibrated, isCalibration, logistic, logit, type Calibration } from "../../../kernel-as/model/calibration.ts";

const line: Calibration = { kind: "isotonic", from: [0.2, 0.4, 0.8], to: [0.1, 0.1, 0.9] };

test("between its points it is a straight line, and beyond them as at its ends", () => {
  expect([0, 0.2, 0.3, 0.4, 0.8, 1].map((p) => calibrated(line, p))).toEqual([0.1, 0.1, 0.1, 0.1, 0.9, 0.9]);
  expect(calibrated(line, 0.6)).toBeCloseTo(0.5, 12);
});

test("a slope of 1 through 0 leaves a probability as it is, and 0 and 1 are none too sure", () => {
  const same: Calibration = { kind: "platt", slope: 1, intercept: 0 };
  expect(calibrated(same, 0.3)).toBeCloseTo(0.3, 12);
  expect(calibrated(same, 1)).toBeCloseTo(1 - 1e-7, 12);
  expect(calibrated({ kind: "platt", slope: 2, intercept: -1 }, 0.3)).toBeCloseTo(1 / (1 + Math.exp(1 - 2 * Math.log(0.3 / 0.7))), 12);
});

test("the logistic function undoes the logit", () => {
  for (const p of [0.001, 0.3, 0.5, 0.99]) expect(logistic(logit(p))).toBeCloseTo(p, 12);
});

test("NaN stays NaN", () => {
  expect(calibrated(line, NaN)).toBeNaN();
  expect(calibrated({ kind: "platt", slope: 1, intercept: 0 }, NaN)).toBeNaN();
});

test("a line through any rising points never falls, to the last bit", () => {
  const probability = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.uniqueArray(probability, { minLength: 1, maxLength: 8 }), fc.array(probability, { minLength: 8, maxLength: 8 }), fc.array(probability), (from, to, asked) => {
      const given: Calibration = { kind: "isotonic", from: from.map(Math.abs).sort((a, b) => a - b), to: to.slice(0, from.length).sort((a, b) => a - b) };
      const told = asked.sort((a, b) => a - b).map((p) => calibrated(given, p));
      expect(told.every((p, i) => i === 0 || p >= told[i - 1]!)).toBe(true);
    }),
  );
});

test.each([
  [null],
  [{}],
  [{ kind: "platt", slope: "1", intercept: 0 }],
  [{ kind: "platt", slope: -1, intercept: 0 }],
  [{ kind: "isotonic", from: [], to: [] }],
  [{ kind: "isotonic", from: [0.5, 0.5], to: [0, 1] }],
  [{ kind: "isotonic", from: [0.5], to: [2] }],
  [{ kind: "isotonic", from: [0.1, 0.5], to: [1, 0] }],
])("%j is no calibration", (given) => {
  expect(isCalibration(given)).toBe(false);
});
