import * as fc from "fast-check";
import { expect, test } from "vitest";
import { derivedTable, type Derivation } from "../../../engine/features/derived.ts";
import { FeatureState, type FeatureSpec } from "../../../engine/features/features.ts";
import { referenceFeatures } from "../../../engine/features/reference.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { batchOf, smallSchema } from "../../fixtures/readings.ts";

const kernel = await loadKernel();

const bitsOf = (features: Float32Array) => [...new Uint32Array(features.buffer, features.byteOffset, features.length)];

/** Features of readings of one sensor, a second apart. */
function compute(spec: FeatureSpec, batch: ReturnType<typeof batchOf>): Float32Array {
  using state = new FeatureState(kernel, spec);
  const { at, rows, width } = state.push(batch);
  return kernel.f32(at, rows * width).slice();
}

const batchFrom = (rows: readonly (readonly [number, number])[]) => batchOf(rows.map(([a, b], i) => ["s", i * 1000, a, b, 0] as const));

test.each<[string, Derivation, a: number, b: number, wanted: number]>([
  ["a product", { product: ["a[C]", "b"] }, 3, -4, -12],
  ["a square", { product: ["a[C]", "a[C]"] }, -3, 0, 9],
  ["a ratio", { ratio: ["a[C]", "b"] }, 1, 4, 0.25],
  ["a ratio to 0", { ratio: ["a[C]", "b"] }, 1, 0, NaN],
  ["0 by 0", { ratio: ["a[C]", "b"] }, 0, 0, NaN],
  ["a sum", { sum: ["a[C]", "b"] }, 0.5, 2, 2.5],
  ["a weighted sum", { sum: ["a[C]", "b"], weight: 0.5 }, 20, 50, 45],
  ["a logarithm", { log: "a[C]", plus: 51 }, 20, 0, Math.fround(4.2626798770413155)],
  ["a logarithm of 0", { log: "a[C]" }, 0, 0, NaN],
  ["a logarithm below 0", { log: "a[C]", plus: 1 }, -2, 0, NaN],
  ["a distance", { distance: "a[C]", from: 1013.25 }, 939.75, 0, 73.5],
  ["of a missing value", { distance: "a[C]", from: 0 }, NaN, 0, NaN],
  ["of one missing value in two", { sum: ["a[C]", "b"], weight: 0 }, 1, NaN, NaN],
  ["beyond f32", { product: ["a[C]", "b"] }, 1e30, 1e30, NaN],
])("%s", (_, derivation, a, b, wanted) => {
  const spec = { schema: smallSchema, spansMs: [], maxOutOfOrdernessMs: 0, derived: { x: derivation } };
  expect(compute(spec, batchFrom([[a, b]]))[2]).toBe(wanted);
  expect(referenceFeatures(spec, batchFrom([[a, b]]))[2]).toBe(wanted);
});

test("any derivations of any values, with spans and without: the oracle's bits, and the other features stay as they were", () => {
  const field = fc.constantFrom("a[C]", "b");
  const constant = fc.double({ noNaN: true, noDefaultInfinity: true });
  const pair = fc.tuple(field, field);
  const derivation = fc.oneof(
    fc.record({ product: pair }),
    fc.record({ ratio: pair }),
    fc.record({ sum: pair, weight: constant }),
    fc.record({ log: field, plus: fc.double({ min: -60, max: 60, noNaN: true }) }),
    fc.record({ distance: field, from: constant }),
  );
  // readings must sum exactly where they have means
  const value = fc.oneof(fc.integer({ min: -6400, max: 6400 }).map((n) => n / 64), fc.constantFrom(NaN, 0, -0));
  const anyValue = fc.oneof(value, fc.double({ noDefaultInfinity: true }), fc.float());
  const rowsOf = (each: fc.Arbitrary<number>) => fc.array(fc.tuple(each, each), { minLength: 1, maxLength: 40 });
  const cases = fc.oneof(fc.record({ rows: rowsOf(value), spansMs: fc.constantFrom([2000], [1000, 9000]) }), fc.record({ rows: rowsOf(anyValue), spansMs: fc.constant<number[]>([]) }));
  fc.assert(
    fc.property(cases, fc.array(derivation, { minLength: 1, maxLength: 9 }), ({ rows, spansMs }, derivations) => {
      const plain = { schema: smallSchema, spansMs, maxOutOfOrdernessMs: 0 };
      const derived = Object.fromEntries(derivations.map((each, i) => [`d${i}`, each as Derivation]));
      const batch = batchFrom(rows);
      const found = compute({ ...plain, derived }, batch);
      expect(bitsOf(found)).toEqual(bitsOf(referenceFeatures({ ...plain, derived }, batch)));
      const width = found.length / rows.length;
      const others = found.filter((_, i) => i % width < 2 || i % width >= 2 + derivations.length);
      expect(bitsOf(others)).toEqual(bitsOf(compute(plain, batch)));
    }),
    { numRuns: 300 },
  );
});

test("names that are taken, fields that are not there, and counters and labels, which no model may see, are refused", () => {
  expect(() => derivedTable(smallSchema, { b: { log: "b" } })).toThrow(/a field is called that already/);
  expect(() => derivedTable(smallSchema, { x: { log: "a(C)" } })).toThrow(/derived from "a\(C\)", which is no field that a model may see\. Did you mean a\[C\]\?/);
  for (const never of ["n", "label"]) expect(() => derivedTable(smallSchema, { x: { ratio: ["b", never] } })).toThrow(`derived from "${never}"`);
});

test.each<[string, unknown, string]>([
  ["nothing", {}, 'is derived from nothing. It is written like this: { product: ["a", "b"] } or { ratio: ["a", "b"] } or'],
  ["no object", null, "is derived from nothing."],
  ["a word that is none", { distence: "b", from: 20 }, 'is derived with "distence", which counts for nothing. Did you mean distance?'],
  ["two words", { product: ["a[C]", "b"], ratio: ["a[C]", "b"] }, 'is derived with "ratio", which counts for nothing.'],
  ["a constant that is spelled otherwise", { sum: ["a[C]", "b"], wieght: -1 }, 'is derived with "wieght", which counts for nothing. Did you mean weight? It is written like this: { sum: ["a", "b"], weight: -1 }.'],
  ["a constant of another", { product: ["a[C]", "b"], weight: 2 }, 'is derived with "weight", which counts for nothing.'],
  ["one field for two", { product: ["b"] }, "is the product of two fields, and others were given."],
  ["a field alone for two", { ratio: "b" }, "is the ratio of two fields, and others were given."],
  ["three fields", { sum: ["b", "b", "b"] }, "is the sum of two fields, and others were given."],
  ["two fields for one", { log: ["b"] }, "is the log of one field, and others were given."],
  ["no constant where one has to be", { distance: "b" }, 'needs a finite number for from. It is written like this: { distance: "a", from: 20 }.'],
  ["a text for a constant", { log: "b", plus: "1" }, "needs a finite number for plus."],
  ["a constant without end", { sum: ["b", "b"], weight: Infinity }, "needs a finite number for weight."],
])("%s is refused with how a derivation is written", (_, derivation, sentence) => {
  const refused = expect.objectContaining({ code: "MGV_USAGE", message: expect.stringContaining(`The feature "far" ${sentence}`) as string }) as Error;
  expect(() => derivedTable(smallSchema, { far: derivation as Derivation })).toThrow(refused);
});
