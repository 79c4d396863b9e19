import { expect, test } from "vitest";
import { binsOf } from "../../../kernel-as/model/feature-bins.ts";
import { random } from "../../fixtures/random.ts";

function cutsOf(values: Float32Array, most: number): number[] {
  const [bins] = binsOf(values, 1, { most });
  if (bins?.kind !== "numeric") throw new Error("no numeric bins");
  return Array.from(bins.cuts);
}

/** Rows in each bin. */
function filled(values: Float32Array, cuts: readonly number[]): number[] {
  const counts = cuts.map(() => 0);
  for (const x of values) counts[cuts.findIndex((cut) => x < cut)]!++;
  return counts;
}

test("as many values as bins, however rare: a bin for each", () => {
  const values = Float32Array.from({ length: 1000 }, (_, row) => (row < 6 ? row : 6));
  expect(filled(values, cutsOf(values, 7))).toEqual([1, 1, 1, 1, 1, 1, 994]);
});

test("values that occur once are shared out equally", () => {
  const next = random(1);
  const values = Float32Array.from({ length: 10_000 }, () => next());
  const counts = filled(values, cutsOf(values, 100));
  expect(counts).toHaveLength(100);
  expect([Math.min(...counts), Math.max(...counts)]).toEqual([100, 100]);
});

test("a value of most rows has a bin of its own, and the others have the rest of the bins", () => {
  const next = random(2);
  const values = Float32Array.from({ length: 10_000 }, () => (next() < 0.6 ? 0 : next() * 2 - 1));
  const cuts = cutsOf(values, 100);
  const counts = filled(values, cuts);
  expect(counts.length).toBeGreaterThan(97);
  expect(Math.max(...counts)).toBe(values.filter((x) => x === 0).length);
  expect(counts.toSorted((a, b) => b - a)[1]).toBeLessThan(45);
});

test("beside it rare values are parted at most three times as fine as equal shares of all rows", () => {
  const next = random(3);
  const values = Float32Array.from({ length: 10_000 }, () => (next() < 0.95 ? 0 : next() + 1));
  expect(cutsOf(values, 100).length).toBeLessThanOrEqual(17);
});

test.each([2, 3, 10, 254])("never more than %i bins, rising, whatever the values", (most) => {
  for (let seed = 1; seed <= 200; seed++) {
    const next = random(seed);
    const spread = 1 + Math.floor(next() * 400);
    const values = Float32Array.from({ length: 1 + Math.floor(next() * 2000) }, () => Math.floor(next() ** 3 * spread));
    const cuts = cutsOf(values, most);
    expect(cuts.length, `seed ${seed}`).toBeLessThanOrEqual(most);
    expect(cuts.every((cut, i) => i === 0 || cut > cuts[i - 1]!), `seed ${seed}`).toBe(true);
  }
});
