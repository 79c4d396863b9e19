import * as fc from "fast-check";
import { expect, test } from "vitest";
import { calibrated, isCalibration } from "../../kernel-as/model/calibration.ts";
import { calibrate } from "../../trainer/calibrate.ts";
import { Measured } from "../../trainer/metrics.ts";
import { random } from "../fixtures/random.ts";

test("neighbours that fall are pooled to their mean, ties before all", () => {
  // means of ties: 0.1: 0, 0.2: 1, 0.3: 0, 0.4: 1/2, 0.5: 1; 0.2 and 0.3 fall, and pooled are no more than 0.4
  const calibration = calibrate("isotonic", [0, 1, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.4, 0.5]);
  expect(calibration).toEqual({ kind: "isotonic", from: [0.1, 0.2, 0.4, 0.5], to: [0, 0.5, 0.5, 1] });
});

test("ties are one step whatever the order of their labels", () => {
  const p = [0.2, 0.2, 0.4, 0.4, 0.4, 0.4];
  expect(calibrate("isotonic", [0, 1, 0, 1, 1, 1], p)).toEqual({ kind: "isotonic", from: [0.2, 0.4], to: [0.5, 0.75] });
  expect(calibrate("isotonic", [1, 0, 1, 1, 1, 0], p)).toEqual({ kind: "isotonic", from: [0.2, 0.4], to: [0.5, 0.75] });
});

test("Platt's line through two probabilities meets their smoothed shares", () => {
  // with 2 · 4 rows, two parameters fit both means of the targets exactly: t is 5/6 for a fire and 1/6 for none
  const calibration = calibrate("platt", [0, 0, 0, 1, 1, 1, 1, 0], [0.2, 0.2, 0.2, 0.2, 0.9, 0.9, 0.9, 0.9]);
  expect(calibrated(calibration, 0.2)).toBeCloseTo((3 / 6 + 5 / 6) / 4, 6);
  expect(calibrated(calibration, 0.9)).toBeCloseTo((15 / 6 + 1 / 6) / 4, 6);
});

test("a ranking upside down becomes level, not a line that falls", () => {
  const calibration = calibrate("platt", [1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9]);
  expect(calibration).toMatchObject({ kind: "platt", slope: 0 });
  expect(calibrated(calibration, 0.1)).toBeCloseTo(0.5, 9);
});

test("probabilities that are too sure lose their calibration error, on rows that the fit has not seen", () => {
  const next = random(23);
  const rows = Array.from({ length: 8000 }, () => {
    const truth = next();
    // twice the logit: too sure on either side
    return { label: next() < truth ? 1 : 0, p: truth ** 2 / (truth ** 2 + (1 - truth) ** 2) };
  });
  const [fitted, judged] = [rows.slice(0, 4000), rows.slice(4000)];
  const errorOf = (probabilities: number[]) => new Measured(judged.map(({ label }) => label), probabilities, 0.5).measures().calibrationError!;
  expect(errorOf(judged.map(({ p }) => p))).toBeGreaterThan(0.08);
  for (const kind of ["platt", "isotonic"] as const) {
    const calibration = calibrate(kind, fitted.map(({ label }) => label), fitted.map(({ p }) => p));
    expect(errorOf(judged.map(({ p }) => calibrated(calibration, p)))).toBeLessThan(0.03);
  }
});

test("a calibration survives JSON, never falls, and is fitted the same whatever the rows", () => {
  const row = fc.tuple(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), fc.constantFrom("platt" as const, "isotonic" as const), (rows, kind) => {
      const all = [...rows, [0, 0.4], [1, 0.6]] as const;
      const calibration = calibrate(kind, all.map(([label]) => label), all.map(([, p]) => p));
      const kept: unknown = JSON.parse(JSON.stringify(calibration));
      expect(kept).toEqual(calibration);
      expect(isCalibration(kept)).toBe(true);
      const told = Array.from({ length: 101 }, (_, i) => calibrated(calibration, i / 100));
      expect(told.every((p, i) => p >= 0 && p <= 1 && (i === 0 || p >= told[i - 1]!))).toBe(true);
    }),
  );
});

test("rows of one label cannot calibrate", () => {
  expect(() => calibrate("platt", [1, 1], [0.2, 0.3])).toThrow(expect.objectContaining({ code: "MGV_TRAIN_DATA" }));
});
