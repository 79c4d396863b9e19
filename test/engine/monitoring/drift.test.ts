import { describe, expect, test } from "vitest";
import { fieldDrift, kolmogorovSmirnov, stabilityIndex, wasserstein, type FieldSeen } from "../../../engine/monitoring/drift.ts";
import type { FieldReference } from "../../../kernel-as/model/field-reference.ts";
import { fieldReferences } from "../../../trainer/field-references.ts";
import { random } from "../../fixtures/random.ts";

const referenceOf = (values: readonly number[]): FieldReference => fieldReferences({ features: Float32Array.from(values), featureNames: ["a"], fieldFeatures: 1, rows: values.length })[0]!;

/** What the history is asked, of values at hand. */
function seenOf({ edges }: FieldReference, given: readonly number[]): FieldSeen {
  const values = [...Float32Array.from(given)];
  const [least, greatest] = [Math.fround(edges[0]!), Math.fround(edges.at(-1)!)];
  const sum = (by: (value: number) => number) => values.reduce((total, value) => total + Math.max(0, by(value)), 0);
  return { count: values.length, missing: 0, upTo: edges.map((edge) => values.filter((value) => value <= Math.fround(edge)).length), below: sum((value) => least - value), above: sum((value) => value - greatest) };
}

/** Of two samples of the same size: the mean difference of the values of the same rank. */
function wassersteinOracle(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [a, b].map((values) => [...values].sort((p, q) => p - q)) as [number[], number[]];
  const mean = a.reduce((sum, value) => sum + value, 0) / a.length;
  const deviation = Math.sqrt(a.reduce((sum, value) => sum + (value - mean) ** 2, 0) / a.length);
  return x.reduce((sum, value, i) => sum + Math.abs(value - y[i]!), 0) / x.length / deviation;
}

function ksOracle(a: readonly number[], b: readonly number[]): number {
  const share = (values: readonly number[], at: number) => values.filter((value) => value <= at).length / values.length;
  return Math.max(...[...a, ...b].map((at) => Math.abs(share(a, at) - share(b, at))));
}

const next = random(11);
const bell = (mean: number, deviation: number) => mean + deviation * (Array.from({ length: 12 }, () => next()).reduce((sum, each) => sum + each, 0) - 6);
const sample = (of: () => number, count = 1500) => Array.from({ length: count }, of);
const calm = sample(() => bell(20, 2));

describe.each([
  ["the same", () => bell(20, 2)],
  ["a little warmer", () => bell(20.5, 2)],
  ["far off", () => bell(90, 1)],
  ["below all", () => bell(-30, 3)],
  ["wider", () => bell(20, 9)],
  ["two values", () => (next() < 0.5 ? 10 : 30)],
])("values that are %s", (_, of) => {
  const now = sample(of);
  const reference = referenceOf(calm);

  test("are as far in standard deviations as sorting them tells, to what lies between two edges", () => {
    const expected = wassersteinOracle(calm, now);
    expect(Math.abs(wasserstein(reference, seenOf(reference, now)) - expected)).toBeLessThan(0.02 + 0.03 * expected);
  });

  test("have a greatest difference of shares of at most that of all values, and a twentieth less at most", () => {
    const [expected, found] = [ksOracle(calm, now), kolmogorovSmirnov(reference, seenOf(reference, now))];
    expect(found).toBeLessThanOrEqual(expected + 1e-12);
    expect(found).toBeGreaterThan(expected - 0.06);
  });
});

test("the stability index is that of the shares between edges", () => {
  const reference: FieldReference = { field: "a", count: 100, missing: 0, edges: [0, 1, 2], counts: [20, 30, 50], deviation: 1 };
  const seen: FieldSeen = { count: 200, missing: 0, upTo: [80, 140, 190], below: 5, above: 7 };
  const shares = [[0.2, 0.4], [0.3, 0.3], [0.5, 0.3]] as const;
  expect(stabilityIndex(reference, seen)).toBeCloseTo(shares.reduce((sum, [a, b]) => sum + (b - a) * Math.log(b / a), 0), 12);
});

test("many rows are judged by Wasserstein at 0.1, few by Kolmogorov and Smirnov at 95 %, and under 100 values by neither", () => {
  const [many, few] = [referenceOf(calm), referenceOf(calm.slice(0, 400))];
  expect(fieldDrift(many, seenOf(many, sample(() => bell(20, 2))))).toMatchObject({ method: "wasserstein", threshold: 0.1, drifted: false });
  expect(fieldDrift(many, seenOf(many, sample(() => bell(20.5, 2))))).toMatchObject({ method: "wasserstein", drifted: true });
  const same = fieldDrift(few, seenOf(few, sample(() => bell(20, 2), 400)))!;
  expect(same).toMatchObject({ method: "ks", drifted: false });
  expect(same.threshold).toBeCloseTo(1.358 * Math.sqrt(2 / 400), 12);
  expect(fieldDrift(few, seenOf(few, sample(() => bell(21, 2), 400)))).toMatchObject({ method: "ks", drifted: true });
  expect(fieldDrift(few, seenOf(few, sample(() => bell(21, 2), 99)))).toBeNull();
});

test("one value alone is no distance from itself, and another is", () => {
  const zeros = referenceOf(sample(() => 0));
  expect(zeros).toMatchObject({ edges: [0], counts: [1500], deviation: 0 });
  expect(fieldDrift(zeros, seenOf(zeros, sample(() => 0)))).toMatchObject({ distance: 0, drifted: false });
  expect(fieldDrift(zeros, seenOf(zeros, sample(() => 1)))).toMatchObject({ drifted: true });
});
