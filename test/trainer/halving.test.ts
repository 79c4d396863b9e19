import * as fc from "fast-check";
import { expect, test } from "vitest";
import { rungsOf, someRows } from "../../trainer/halving.ts";

test("twenty trials make three rungs by a third", () => {
  expect(rungsOf(20, 1e6, {})).toEqual([{ trials: 20, share: 1 / 9 }, { trials: 7, share: 1 / 3 }, { trials: 3, share: 1 }]);
  expect(rungsOf(8, 1e6, { factor: 2 }).map(({ trials }) => trials)).toEqual([8, 4, 2, 1]);
});

test("few rows or rounds make fewer rungs, down to one", () => {
  expect(rungsOf(20, 3000, {}).map(({ share }) => share)).toEqual([1 / 3, 1]);
  expect(rungsOf(20, 2999, {})).toEqual([{ trials: 20, share: 1 }]);
  expect(rungsOf(20, 90, { resource: "rounds" })).toHaveLength(3);
  expect(rungsOf(1, 1e9, {})).toEqual([{ trials: 1, share: 1 }]);
});

test("every rung costs about as much as the first, and no more than one more trial", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 2, max: 5 }), (trials, factor) => {
      const rungs = rungsOf(trials, 1e12, { factor });
      const first = rungs[0]!.trials * rungs[0]!.share;
      for (const rung of rungs) expect(rung.trials * rung.share).toBeLessThanOrEqual(first + 2);
      expect(rungs.at(-1)!.share).toBe(1);
    }),
  );
});

test("some rows: about the share, always the same, among those of a larger share, of two labels where there are two", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 3000 }), fc.nat(), (count, seed) => {
      const rows = Uint32Array.from({ length: count }, (_, i) => i * 3);
      const labels = new Float32Array(count * 3);
      labels[(count - 1) * 3] = 1;
      const [few, more] = [1 / 9, 1 / 3].map((share) => [...someRows(rows, labels, share, seed)]) as [number[], number[]];
      if (count > 1000) expect(Math.abs(few.length / count - 1 / 9)).toBeLessThan(0.06);
      expect(new Set([...few].map((row) => labels[row])).size).toBe(2);
      expect(new Set(few).size).toBe(few.length);
      if (count > 1000) expect(few.filter((row) => !more.includes(row))).toEqual([]);
      expect(someRows(rows, labels, 1, seed)).toEqual(rows);
    }),
    { numRuns: 40 },
  );
});

test("factors and resources that cannot be are refused", () => {
  expect(() => rungsOf(9, 9, { factor: 1 })).toThrow("halving.factor is 1");
  expect(() => rungsOf(9, 9, { resource: "trees" as "rows" })).toThrow('halving.resource is "trees"');
});
