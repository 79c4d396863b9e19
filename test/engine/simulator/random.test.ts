import { expect, test } from "vitest";
import { Random } from "../../../engine/simulator/random.ts";

const draw = (random: Random, n: number, of: (random: Random) => number) => Array.from({ length: n }, () => of(random));
const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

test("uniform numbers fill 0 to 1 evenly and without memory", () => {
  const values = draw(new Random(7), 100_000, (random) => random.uniform());
  expect(Math.min(...values.slice(0, 50_000))).toBeGreaterThan(0);
  expect(Math.max(...values.slice(0, 50_000))).toBeLessThan(1);
  const counts = Array.from({ length: 20 }, () => 0);
  for (const value of values) counts[Math.floor(value * 20)]! += 1;
  for (const count of counts) expect(Math.abs(count - 5_000)).toBeLessThan(350); // 5 standard deviations of 69
  expect(Math.abs(mean(values.slice(1).map((value, i) => (value - 0.5) * (values[i]! - 0.5))) * 12)).toBeLessThan(0.016);
});

test("normal numbers have mean 0, variance 1, and tails", () => {
  const values = draw(new Random(3), 100_000, (random) => random.normal());
  expect(Math.abs(mean(values))).toBeLessThan(0.016);
  expect(Math.abs(mean(values.map((value) => value * value)) - 1)).toBeLessThan(0.023);
  expect(values.filter((value) => Math.abs(value) > 1.96).length / values.length).toBeCloseTo(0.05, 2);
});

test("integers, ranges and magnitudes keep to their bounds and reach all of them", () => {
  const random = new Random(5);
  expect([...new Set(draw(random, 200, (each) => each.integer(4)))].sort()).toEqual([0, 1, 2, 3]);
  const spread = draw(random, 1_000, (each) => each.between(-2, 3));
  expect(Math.min(...spread)).toBeGreaterThanOrEqual(-2);
  expect(Math.max(...spread)).toBeLessThanOrEqual(3);
  const sizes = draw(random, 10_000, (each) => each.magnitude(1, 100));
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(100 * (1 + 1e-12));
  expect(sizes.filter((size) => size < 10).length / sizes.length).toBeCloseTo(0.5, 1);
});

test("a fork depends on seed and label only, and no two are alike", () => {
  const fresh = new Random(1).fork("room").fork(3).uniform();
  const used = new Random(1);
  draw(used, 10, (random) => random.uniform());
  used.fork("sensor");
  expect(used.fork("room").fork(3).uniform()).toBe(fresh);
  const firsts = [0, 1, 2, 2 ** 32 - 1].flatMap((seed) => {
    const random = new Random(seed);
    return [random, random.fork("room"), random.fork("sensor"), random.fork(0), random.fork(1), random.fork("room").fork(0), random.fork(0).fork("room")];
  });
  firsts.push(new Random(1, 1));
  expect(new Set(firsts.map((random) => random.uniform())).size).toBe(firsts.length);
});

test("the first numbers of seed 1 are the same on every runtime", () => {
  const random = new Random(1);
  expect(draw(random, 3, (each) => each.uniform())).toEqual([0.6009047607658431, 0.05121107923332602, 0.7495172928320244]);
  expect(draw(random, 3, (each) => each.normal())).toEqual([1.3995619197752547, 1.960359476581134, 2.6425354246184454]);
});
