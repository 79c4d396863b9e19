import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FeatureState, featureNames } from "../../../engine/features/features.ts";
import { referenceFeatures } from "../../../engine/features/reference.ts";
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
    fc.oneof(fc.double({ noDefaultInfinity: true, min: -1e6, max: 1e6 }), fc.constant(NaN)),
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

test("many readings and many sensors: state moves and grows without changing an answer", () => {
  const spec = { schema: smallSchema, spansMs: [60_000], maxOutOfOrdernessMs: 1000 };
  const rows = Array.from({ length: 3000 }, (_, i) => [`s${i % 150}`, i * 100, Math.sqrt(i), i % 7, 0] as [string, number, number, number, number]);
  using state = new FeatureState(kernel, spec);
  expect(compute(state, batchOf(rows))).toEqual(Array.from(referenceFeatures(spec, batchOf(rows))));
});

test("a sensor beyond 65,536 readings a window loses its oldest quarter, and nothing else", () => {
  using state = new FeatureState(kernel, { schema: smallSchema, spansMs: [1e9], maxOutOfOrdernessMs: 0 });
  const rows = Array.from({ length: 65_537 }, (_, i) => ["s", i, i, 0, 0] as [string, number, number, number, number]);
  const features = compute(state, batchOf(rows));
  const mean = (16_384 + 65_536) / 2;
  expect(features[65_536 * 4 + 2]).toBe(Math.fround(65_536 - mean));
});
