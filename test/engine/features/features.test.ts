import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FeatureState, featureNames } from "../../../engine/features/features.ts";
import { referenceFeatures } from "../../../engine/features/reference.ts";
import { Arena } from "../../../kernel-as/host/arena.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { field } from "../../../kernel-as/schema.ts";
import { batchOf, smallSchema } from "../../fixtures/readings.ts";

const kernel = await loadKernel();

function compute(state: FeatureState, batch: ReturnType<typeof batchOf>): number[] {
  const { at, rows, width } = state.push(batch);
  return Array.from(kernel.f32(at, rows * width));
}

test("columns are the feature fields, then each of them against its mean over every span", () => {
  expect(featureNames({ schema: smallSchema, spansMs: [10_000, 60_000] })).toEqual([
    "a[C]", "b", "a[C] - mean 10s", "b - mean 10s", "a[C] - mean 60s", "b - mean 60s",
  ]);
});

test("what is derived stands between the fields and the spans, in its own order", () => {
  expect(featureNames({ schema: smallSchema, spansMs: [10_000], derived: { later: { log: "b" }, "a b": { sum: ["a[C]", "b"] } } })).toEqual([
    "a[C]", "b", "later", "a b", "a[C] - mean 10s", "b - mean 10s",
  ]);
});

//  t (s)    0    1    2         5
//  a        1    2    4        10      span 3 s looks at (t - 3, t]
//  window   [1]  [1 2] [1 2 4] [10]
test("a span is open at its old end and closed at the reading itself", () => {
  using state = new FeatureState(kernel, { schema: smallSchema, spansMs: [3000], maxOutOfOrdernessMs: 0 });
  const features = compute(state, batchOf([["s", 0, 1, 0, 0], ["s", 1000, 2, 0, 0], ["s", 2000, 4, 0, 0], ["s", 5000, 10, 0, 0]]));
  const column = (index: number) => [0, 1, 2, 3].map((row) => features[row * 4 + index]);
  expect(column(0)).toEqual([1, 2, 4, 10]);
  expect(column(2)).toEqual([NaN, 0.5, Math.fround(4 - 7 / 3), NaN]);
});

//  arrival   0 s, 10 s, 4 s (late)      window of the late one: (-1 s, 4 s] holds 0 s and itself, not 10 s
test("a late reading sees only what was measured before it", () => {
  using state = new FeatureState(kernel, { schema: smallSchema, spansMs: [5000], maxOutOfOrdernessMs: 10_000 });
  const features = compute(state, batchOf([["s", 0, 2, 0, 0], ["s", 10_000, 100, 0, 0], ["s", 4000, 4, 0, 0]]));
  expect(features[2 * 4 + 2]).toBe(1);
});

test("sensors do not see each other", () => {
  using state = new FeatureState(kernel, { schema: smallSchema, spansMs: [5000], maxOutOfOrdernessMs: 0 });
  const features = compute(state, batchOf([["s", 0, 2, 0, 0], ["t", 1000, 100, 0, 0], ["s", 2000, 4, 0, 0]]));
  expect(features[1 * 4 + 2]).toBeNaN();
  expect(features[2 * 4 + 2]).toBe(1);
});

const readings = fc.array(
  fc.tuple(
    fc.constantFrom("s1", "s2", "s3"),
    fc.integer({ min: 0, max: 400 }).map((tenths) => tenths * 100),
    // sums of these are exact, so that the order in which they are summed shows nowhere
    fc.oneof(fc.integer({ min: -64_000_000, max: 64_000_000 }).map((n) => n / 64), fc.constant(NaN)),
    fc.integer({ min: -5, max: 5 }),
    fc.constant(0),
  ),
  { minLength: 1, maxLength: 120 },
);

test("disorder, missing values, odd and even numbers of fields, any cut into batches: the oracle's bits", () => {
  const wide = { ...smallSchema, fields: [...smallSchema.fields.slice(0, 2), field("c")] };
  fc.assert(
    fc.property(readings, fc.constantFrom(smallSchema, wide), fc.integer({ min: 0, max: 120 }), fc.constantFrom(0, 700, 5000), (rows, schema, cut, maxOutOfOrdernessMs) => {
      const spec = { schema, spansMs: [500, 3000, 10_000], maxOutOfOrdernessMs };
      using state = new FeatureState(kernel, spec);
      const parts = [rows.slice(0, cut), rows.slice(cut)].filter((part) => part.length > 0);
      const features = parts.flatMap((part) => compute(state, batchOf(part)));
      expect(features).toEqual(Array.from(referenceFeatures(spec, batchOf(rows))));
    }),
    { numRuns: 300 },
  );
});

test("whatever the values, the oracle's within 1e-12 of the greatest of them", () => {
  const values = fc.array(fc.double({ noDefaultInfinity: true, noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(values, (all) => {
      const spec = { schema: smallSchema, spansMs: [5000, 50_000], maxOutOfOrdernessMs: 0 };
      const batch = batchOf(all.map((value, i) => ["s", i * 300, value, 1, 0] as [string, number, number, number, number]));
      using state = new FeatureState(kernel, spec);
      const found = compute(state, batch);
      const greatest = Math.max(...all.map(Math.abs));
      const isNear = (x: number, y: number) => (Number.isNaN(x) ? Number.isNaN(y) : Math.abs(x - y) <= 1e-12 * greatest + 2 ** -23 * Math.abs(x));
      expect(referenceFeatures(spec, batch).findIndex((x, i) => !isNear(x, found[i]!))).toBe(-1);
    }),
  );
});

test("a state put into another arena goes on alike, at any point, and a forgotten sensor begins anew", () => {
  const spec = { schema: smallSchema, spansMs: [3000, 20_000], maxOutOfOrdernessMs: 2000 };
  fc.assert(
    fc.property(readings, fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 2 }), (rows, cut, forgotten) => {
      using arena = new Arena(kernel);
      using state = new FeatureState(kernel, spec, { arena, root: 3 });
      const [before, after] = [rows.slice(0, cut), rows.slice(cut)];
      const numbered = batchOf(rows);
      const part = (from: number, to: number) => ({ count: to - from, sensors: numbered.sensors.subarray(from, to), timesMs: numbered.timesMs.subarray(from, to), columns: numbered.columns.map((column) => column.subarray(from, to)) });
      state.push(part(0, before.length));
      state.forget(forgotten);
      using other = new Arena(kernel);
      for (const { page, bytes } of arena.takeTouched()) other.put(page, bytes.slice());
      using again = new FeatureState(kernel, spec, { arena: other, root: 3 });
      const results = [state, again].map((each) => {
        const { at, rows: count, width } = each.push(part(before.length, rows.length));
        return Array.from(kernel.f32(at, count * width));
      });
      expect(results[1]).toEqual(results[0]);
      const kept = rows.filter((_, i) => i >= before.length || numbered.sensors[i] !== forgotten);
      const alone = referenceFeatures(spec, batchOf(kept)).slice(-after.length * state.width || Infinity);
      expect(results[0]).toEqual(Array.from(alone));
    }),
    { numRuns: 100 },
  );
});

test("many readings and many sensors: state moves and grows without changing an answer", () => {
  const spec = { schema: smallSchema, spansMs: [60_000], maxOutOfOrdernessMs: 1000 };
  const rows = Array.from({ length: 3000 }, (_, i) => [`s${i % 150}`, i * 100, Math.sqrt(i), i % 7, 0] as [string, number, number, number, number]);
  using state = new FeatureState(kernel, spec);
  expect(compute(state, batchOf(rows))).toEqual(Array.from(referenceFeatures(spec, batchOf(rows))));
});

test("a sensor beyond 65,536 readings a window loses its oldest ones, a few at a time, and nothing else", () => {
  using state = new FeatureState(kernel, { schema: smallSchema, spansMs: [1e9], maxOutOfOrdernessMs: 0 });
  const rows = Array.from({ length: 65_537 }, (_, i) => ["s", i, i, 0, 0] as [string, number, number, number, number]);
  const features = compute(state, batchOf(rows));
  const mean = 65_536 - features[65_536 * 4 + 2]!;
  const oldest = 2 * mean - 65_536;
  expect(oldest).toBeGreaterThan(0);
  expect(oldest).toBeLessThan(64);
  expect(Number.isInteger(oldest)).toBe(true);
});
