import { expect, test } from "vitest";
import { bootstrap } from "../../trainer/bootstrap.ts";
import { measure } from "../../trainer/measure.ts";
import { random } from "../fixtures/random.ts";

const mean = (values: readonly number[]) => (weights: Float64Array) => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { mean: values.reduce((sum, value, i) => sum + value * weights[i]!, 0) / total };
};

test("the interval of a mean is as wide as its standard error says", () => {
  const next = random(7);
  const values = Array.from({ length: 200 }, () => next());
  const { of, groups, note } = bootstrap(200, mean(values), { seed: 3 });
  const width = of.mean!.high - of.mean!.low;
  expect(width).toBeGreaterThan((0.9 * 2 * 1.96 * Math.sqrt(1 / 12)) / Math.sqrt(200));
  expect(width).toBeLessThan((1.1 * 2 * 1.96 * Math.sqrt(1 / 12)) / Math.sqrt(200));
  expect([groups, note]).toEqual([200, null]);
});

test("the same seed gives the same interval, another seed another", () => {
  const values = Array.from({ length: 30 }, (_, i) => i * i);
  expect(bootstrap(30, mean(values), { seed: 1 })).toEqual(bootstrap(30, mean(values), { seed: 1 }));
  expect(bootstrap(30, mean(values), { seed: 1 })).not.toEqual(bootstrap(30, mean(values), { seed: 2 }));
});

test("three groups give no interval, eight give one with a warning", () => {
  const three = bootstrap(3, mean([1, 2, 3]));
  expect(three.of.mean).toBeNull();
  expect(three.note).toMatch(/3 groups are too few/);
  const eight = bootstrap(8, mean([1, 2, 3, 4, 5, 6, 7, 8]));
  expect(eight.of.mean).not.toBeNull();
  expect(eight.note).toMatch(/8 groups/);
});

test("a figure that has no meaning in many of the draws has no interval", () => {
  const figures = (weights: Float64Array) => ({ ofFirst: weights[0]! > 0 ? 1 : null, always: 1 });
  expect(bootstrap(10, figures).of).toEqual({ ofFirst: null, always: { low: 1, high: 1 } });
});

test("rows of one group are one witness: copies of its rows do not make the interval narrower", () => {
  const next = random(11);
  const rooms = Array.from({ length: 12 }, () => next());
  const rows = (each: number) => rooms.flatMap((share, room) => Array.from({ length: 20 * each }, (_, i) => ({ room, label: (i % 20) / 20 < share ? 1 : 0 })));
  const widthOf = (each: number) => {
    const all = rows(each);
    const { intervals } = measure({ labels: all.map(({ label }) => label), probabilities: all.map(() => 1), groups: all.map(({ room }) => `room ${room}`) });
    const { low, high } = intervals.of.accuracy!;
    return high - low;
  };
  expect(widthOf(5)).toBeCloseTo(widthOf(1), 9);
});

test("each group has figures of its own, and the whole has those of all rows", () => {
  const { all, byGroup, intervals } = measure({ labels: [1, 0, 1, 0], probabilities: [0.9, 0.1, 0.2, 0.8], groups: ["a", "a", "b", "b"] }, { threshold: 0.5 });
  expect(all).toMatchObject({ rows: 4, accuracy: 0.5 });
  expect(byGroup.get("a")).toMatchObject({ rows: 2, accuracy: 1, auc: 1 });
  expect(byGroup.get("b")).toMatchObject({ rows: 2, accuracy: 0, auc: 0 });
  expect(intervals.of.auc).toBeNull();
});

test("an option of measure that is spelled otherwise is refused", () => {
  expect(() => measure({ labels: [1, 0], probabilities: [1, 0], groups: [1, 2] }, { treshold: 0.3 } as object)).toThrow(/measure does not take "treshold". Did you mean threshold\?/);
});

test.each([{ draws: 0 }, { confidence: 1 }])("%o is refused", (options) => {
  expect(() => bootstrap(10, mean([]), options)).toThrow(expect.objectContaining({ code: "MGV_ARGUMENT" }));
});
