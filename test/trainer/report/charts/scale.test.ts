import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import { linearScale, logScale } from "../../../../trainer/report/charts/scale.ts";

const labels = (scale: { ticks: readonly { label: string }[] }) => scale.ticks.map(({ label }) => label);

describe("a linear scale", () => {
  test("has round steps and reaches over all values", () => {
    expect(labels(linearScale(0, 1, [0, 100]))).toEqual(["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
    expect(labels(linearScale(-3, 12_000, [0, 100]))).toEqual(["-5,000", "0", "5,000", "10,000", "15,000"]);
  });

  test("stands its ground where all values are equal", () => {
    expect(labels(linearScale(0, 0, [0, 1])).length).toBeGreaterThan(1);
    expect(labels(linearScale(7, 7, [0, 1])).length).toBeGreaterThan(1);
  });

  test("puts every value inside its range, in order, its ends at the ends", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.double({ min: 0.01, max: 1e9, noNaN: true }), (least, span) => {
        const { at, ticks } = linearScale(least, least + span, [50, 350]);
        for (const value of [least, least + span / 2, least + span]) expect(at(value)).toSatisfy((x: number) => x > 49.9 && x < 350.1);
        expect(at(least)).toBeLessThanOrEqual(at(least + span));
        expect(at(ticks[0]!.value)).toBeCloseTo(50);
        expect(at(ticks.at(-1)!.value)).toBeCloseTo(350);
        expect(ticks.length).toSatisfy((count: number) => count >= 2 && count <= 8);
      }),
    );
  });
});

describe("a logarithmic scale", () => {
  test("has powers of ten, and zero apart from them where there is one", () => {
    expect(labels(logScale([0.02, 30], [0, 100]))).toEqual(["0.01", "0.1", "1", "10", "100"]);
    const withZero = logScale([0, 1, 10], [0, 100]);
    expect(labels(withZero)).toEqual(["0", "1", "10"]);
    expect([withZero.at(0), withZero.at(10)]).toEqual([0, 100]);
    expect(withZero.at(1)).toBeCloseTo(14);
  });

  test("of many powers shows some", () => {
    expect(labels(logScale([1e-9, 1e6], [0, 100])).length).toBeLessThanOrEqual(6);
  });

  test("of zeros alone is still one", () => {
    const { at, ticks } = logScale([0, 0], [10, 90]);
    expect(at(0)).toBe(10);
    expect(ticks.map(({ value }) => value)).toEqual([0, 1, 10]);
  });
});
