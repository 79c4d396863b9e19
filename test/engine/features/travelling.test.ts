import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FeatureState, featureNames, type FeatureSpec } from "../../../engine/features/features.ts";
import { referenceFeatures } from "../../../engine/features/reference.ts";
import { readTrailingName, trailingKinds, type TrailingFeature } from "../../../engine/features/trailing-kinds.ts";
import { Arena } from "../../../kernel-as/host/arena.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { field } from "../../../kernel-as/schema.ts";
import { batchOf, smallSchema } from "../../fixtures/readings.ts";

type Row = [sensor: string, timeMs: number, ...values: number[]];

const kernel = await loadKernel();
const all = trailingKinds.map(({ kind }) => kind);
const wide = { ...smallSchema, fields: [...smallSchema.fields.slice(0, 2), field("c")] };

function compute(state: FeatureState, batch: Pick<ReturnType<typeof batchOf>, "count" | "sensors" | "timesMs" | "columns">): Float32Array {
  const { at, rows, width } = state.push(batch);
  return kernel.f32(at, rows * width).slice();
}

/** The features of the last of these readings, by name. */
function lastOf(rows: readonly Row[], spansMs: readonly number[]): Record<string, number> {
  const spec = { schema: smallSchema, spansMs, trailing: all, maxOutOfOrdernessMs: 10_000 };
  using state = new FeatureState(kernel, spec);
  const features = compute(state, batchOf(rows));
  return Object.fromEntries(featureNames(spec).map((name, i) => [name, features[features.length - state.width + i]!]));
}

/**
 * Where kernel and oracle differ: bits of all but slope and spread, whose squares are put together in another order. Those agree to 1e-6 after rounding to f32; a slope that
 * cancels to almost 0 only to 1e-12 of the greatest value in the least time.
 */
function difference(spec: FeatureSpec, found: Float32Array, wanted: Float32Array, floor: number): string | null {
  const names = featureNames(spec);
  const kinds = names.map((name) => readTrailingName(name, names)?.kind);
  for (const [i, y] of wanted.entries()) {
    const kind = kinds[i % names.length];
    const x = found[i]!;
    const isEqual = Object.is(x, y) || ((kind === "slope" || kind === "spread") && Math.abs(x - y) <= 1e-6 * Math.abs(y) + floor);
    if (!isEqual) return `row ${Math.floor(i / names.length)}, ${names[i % names.length]}: ${x}, not ${y}`;
  }
  return found.length === wanted.length ? null : `${found.length} values, not ${wanted.length}`;
}

//  t (s)      0    1    2    3         span 4 s looks at (-1, 3], its older half at (-1, 1]
//  a          1    2    4    7
test("four readings, worked out by hand", () => {
  const found = lastOf([["s", 0, 1, 5, 0], ["s", 1000, 2, 5, 0], ["s", 2000, 4, 5, 0], ["s", 3000, 7, 5, 0]], [4000]);
  expect(found).toEqual({
    "a[C]": 7, b: 5,
    "a[C] mean 4s": 3.5, "b mean 4s": 5,
    "a[C] - mean 4s": 3.5, "b - mean 4s": 0,
    "a[C] slope 4s": 2, "b slope 4s": 0,
    "a[C] spread 4s": Math.fround(Math.sqrt(7)), "b spread 4s": 0,
    "a[C] - baseline 4s": 5.5, "b - baseline 4s": 0,
    "a[C] alone 4s": NaN, "b alone 4s": NaN,
  });
});

test("without history all that looks back is missing, never zero; so is a slope of readings of one time", () => {
  const isMissing = (found: Record<string, number>) => Object.keys(found).filter((name) => Number.isNaN(found[name])).length;
  expect(isMissing(lastOf([["s", 0, 1, 2, 0]], [1000, 60_000]))).toBe(18);
  expect(isMissing(lastOf([["s", 0, 1, 2, 0], ["s", 1e6, 1, 2, 0]], [1000, 60_000]))).toBe(18);
  const one = lastOf([["s", 0, 1, 2, 0], ["s", 0, 3, 2, 0]], [1000]);
  expect(one).toMatchObject({ "a[C] mean 1s": 2, "a[C] slope 1s": NaN, "a[C] spread 1s": Math.fround(Math.SQRT2), "a[C] - baseline 1s": NaN });
});

test("of a value that is missing now level, slope and spread of its span are still told", () => {
  const found = lastOf([["s", 0, 1, 2, 0], ["s", 1000, 3, 2, 0], ["s", 2000, NaN, 2, 0]], [10_000]);
  expect(found).toMatchObject({ "a[C] mean 10s": 2, "a[C] - mean 10s": NaN, "a[C] slope 10s": 2, "a[C] spread 10s": Math.fround(Math.SQRT2) });
});

//  t (s)      0    1    9    3 (late)    8 (late)     span 4 s; in brackets: alone
//            [1]   2   [7]   5           [6]          the one of 3 s has that of 1 s, the one of 8 s only what came later
test("a reading is alone when its longest span has no other that was measured before it, also when it is late", () => {
  const rows: Row[] = [["s", 0, 1, 5, 0], ["s", 1000, 2, 5, 0], ["s", 9000, 7, 5, 0], ["s", 3000, 5, 5, 0], ["s", 8000, 6, 5, 0]];
  const aloneOf = (count: number) => lastOf(rows.slice(0, count), [1000, 4000])["a[C] alone 4s"];
  expect([1, 2, 3, 4, 5].map(aloneOf)).toEqual([1, NaN, 7, NaN, 6]);
});

//  arrival   0 s, 1 s, 2 s, 9 s, 3 s (late)     the late one's span holds 0 … 3 s, not 9 s; its baseline 0 and 1 s
test("a late reading sees only what was measured before it", () => {
  const late = lastOf([["s", 0, 1, 0, 0], ["s", 1000, 2, 0, 0], ["s", 2000, 4, 0, 0], ["s", 9000, 100, 0, 0], ["s", 3000, 7, 0, 0]], [4000]);
  expect(late).toMatchObject({ "a[C] mean 4s": 3.5, "a[C] slope 4s": 2, "a[C] - baseline 4s": 5.5 });
});

// sums of these are exact, so that the order in which they are summed shows nowhere
const value = fc.oneof({ weight: 8, arbitrary: fc.integer({ min: -6400, max: 6400 }).map((n) => n / 64) }, { weight: 1, arbitrary: fc.constant(NaN) });

/** Readings as they come: mostly in order, some at one time, late, far too late or after a gap; of two sensors. */
const stream = fc
  .array(fc.record({ sensor: fc.constantFrom("s1", "s2"), step: fc.constantFrom(0, 100, 100, 100, 200, 200, 300, 1500, 12_000, -100, -700, -2500, -40_000), a: value, b: value, c: value }), { minLength: 1, maxLength: 300, size: "max" })
  .map((steps) => {
    const newestMs: Record<string, number> = {};
    return steps.map(({ sensor, step, a, b, c }): Row => {
      const timeMs = (newestMs[sensor] ?? 1_700_000_000_000) + step;
      newestMs[sensor] = Math.max(newestMs[sensor] ?? timeMs, timeMs);
      return [sensor, timeMs, a, b, c];
    });
  });

const kinds = fc.subarray([...all], { minLength: 1 });

test("disorder, one time twice, gaps, late and missing values, any cut into batches: the oracle's", () => {
  fc.assert(
    fc.property(stream, kinds, fc.constantFrom(smallSchema, wide), fc.nat(300), fc.constantFrom([500, 3000], [2000, 10_000, 60_000]), fc.constantFrom(0, 700, 5000), (rows, trailing, schema, cut, spansMs, maxOutOfOrdernessMs) => {
      const spec = { schema, spansMs, trailing, maxOutOfOrdernessMs };
      using state = new FeatureState(kernel, spec);
      const parts = [rows.slice(0, cut), rows.slice(cut)].filter((part) => part.length > 0);
      const found = Float32Array.from(parts.flatMap((part) => [...compute(state, batchOf(part))]));
      expect(difference(spec, found, referenceFeatures(spec, batchOf(rows)), 1e-9)).toBeNull();
    }),
    { numRuns: 120, seed: 1 },
  );
});

test("cut into batches and put into another arena at any point: the same bits; and a forgotten sensor begins anew", () => {
  const spec = { schema: wide, spansMs: [2000, 10_000, 60_000], trailing: all, maxOutOfOrdernessMs: 2000 };
  fc.assert(
    fc.property(stream, fc.nat(300), fc.constantFrom("s1", "s2", "s3"), (rows, at, forgotten) => {
      const cut = Math.min(at, rows.length);
      const batch = batchOf([...rows, ["s1", 0, 0, 0, 0], ["s2", 0, 0, 0, 0], ["s3", 0, 0, 0, 0]]);
      const part = (from: number, to: number) => ({ count: to - from, sensors: batch.sensors.subarray(from, to), timesMs: batch.timesMs.subarray(from, to), columns: batch.columns.map((column) => column.subarray(from, to)) });
      const number = batch.sensors[rows.length + ["s1", "s2", "s3"].indexOf(forgotten)]!;
      using whole = new FeatureState(kernel, spec);
      const before = compute(whole, part(0, cut));
      whole.forget(number);
      const wanted = compute(whole, part(cut, rows.length));

      using arena = new Arena(kernel);
      using state = new FeatureState(kernel, spec, { arena, root: 3 });
      expect(Array.from({ length: cut }, (_, i) => [...compute(state, part(i, i + 1))]).flat()).toEqual([...before]);
      state.forget(number);
      using other = new Arena(kernel);
      for (const { page, bytes } of arena.takeTouched()) other.put(page, bytes.slice());
      using again = new FeatureState(kernel, spec, { arena: other, root: 3 });
      expect([...compute(again, part(cut, rows.length))]).toEqual([...wanted]);

      const kept = rows.filter(([sensor], i) => i >= cut || sensor !== forgotten);
      const after = referenceFeatures(spec, batchOf(kept)).slice((kept.length - rows.length + cut) * state.width);
      expect(difference(spec, wanted, after, 1e-9)).toBeNull();
    }),
    { numRuns: 60, seed: 2 },
  );
});

test("far from zero in value and time nothing cancels: two thousand readings about a million, a tenth of a second apart", () => {
  const spec = { schema: smallSchema, spansMs: [1000, 60_000], trailing: all, maxOutOfOrdernessMs: 0 };
  const rows = Array.from({ length: 2000 }, (_, i): Row => ["s", 1_700_000_000_000 + i * 100, 1e6 + (i % 5) / 16 + i / 16, 1e6, 0]);
  using state = new FeatureState(kernel, spec);
  const found = compute(state, batchOf(rows));
  const names = featureNames(spec);
  expect(difference(spec, found, referenceFeatures(spec, batchOf(rows)), 0)).toBeNull();
  for (const name of ["b slope 60s", "b spread 60s"]) expect(found[1999 * names.length + names.indexOf(name)]).toBe(0);
});

test("values that are not finite as f32 make what is computed of them missing, and nothing after them", () => {
  const rows = Array.from({ length: 60 }, (_, i): Row => ["s", i * 1000, i === 5 ? 1e300 : i, 1, 0]);
  const spec = { schema: smallSchema, spansMs: [10_000], trailing: ["level", "slope", "spread"] as TrailingFeature[], maxOutOfOrdernessMs: 0 };
  using state = new FeatureState(kernel, spec);
  const found = compute(state, batchOf(rows));
  expect(difference(spec, found, referenceFeatures(spec, batchOf(rows)), 1e-12)).toBeNull();
  expect([...found.subarray(10 * 8 + 2, 10 * 8 + 8)]).toEqual([NaN, 1, NaN, 0, NaN, 0]);
});

test("a state of other features is refused where it keeps other things", () => {
  using arena = new Arena(kernel);
  const of = (trailing: readonly TrailingFeature[]) => new FeatureState(kernel, { schema: smallSchema, spansMs: [1000], trailing, maxOutOfOrdernessMs: 0 }, { arena, root: 3 });
  using plain = of(["change"]);
  expect(plain.width).toBe(4);
  for (const other of [["change", "slope"], ["change", "baseline"]] as const) expect(() => of(other)).toThrow("made for other fields, spans, features or lateness");
});
