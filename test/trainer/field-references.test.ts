import { expect, test } from "vitest";
import { cardOf, withCard } from "../../kernel-as/model/card.ts";
import { isFieldReference } from "../../kernel-as/model/field-reference.ts";
import { fieldReferences } from "../../trainer/field-references.ts";
import { card, smallForest } from "../api/service.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";

const rows = 2000;
const features = Float32Array.from({ length: rows * 3 }, (_, i) => (i % 3 === 0 ? (((i / 3) * 7919) % rows) / 100 : i % 3 === 1 ? (i % 5 === 0 ? NaN : Math.max(0, (i % 90) - 60)) : 7));
const dataset = { features, featureNames: ["a[C]", "b", "a[C] - mean 1m"], fieldFeatures: 2, rows };

test("a reference is of the fields alone: as many rows between edges as shares allow, the missing beside", () => {
  const references = fieldReferences(dataset);
  expect(references.map(({ field }) => field)).toEqual(["a[C]", "b"]);
  expect(references.every(isFieldReference)).toBe(true);
  const [even, heavy] = references as [(typeof references)[0], (typeof references)[0]];
  expect(even.edges).toHaveLength(21);
  expect([even.edges[0], even.edges.at(-1), even.counts[0]]).toEqual([0, 19.99, 1]);
  for (const count of even.counts.slice(1)) expect(Math.abs(count - 100)).toBeLessThanOrEqual(1);
  expect(heavy.count + heavy.missing).toBe(rows);
  expect(heavy.missing).toBeGreaterThan(0);
  expect(heavy.edges[0]).toBe(0);
  expect(heavy.counts[0]! / heavy.count).toBeGreaterThan(0.5);
  expect(fieldReferences(dataset)).toEqual(references);
  expect(JSON.stringify(references).length).toBeLessThan(1200);
});

test("a card keeps it, one of before has none, and one that contradicts itself is refused", async () => {
  const forest = await smallForest(await loadKernel(), 2);
  const reference = fieldReferences(dataset);
  expect(cardOf(withCard(forest, { ...card, reference }))!.reference).toEqual(reference);
  expect(cardOf(withCard(forest, card))!.reference).toBeUndefined();
  for (const wrong of [{ ...reference[0]!, count: 1 }, { ...reference[0]!, edges: [...reference[0]!.edges].reverse() }, { ...reference[0]!, deviation: -1 }]) {
    expect(() => cardOf(withCard(forest, { ...card, reference: [wrong] }))).toThrow(/does not describe a model/);
  }
});

test("a field without a value has no edges", () => {
  expect(fieldReferences({ features: new Float32Array(3).fill(NaN), featureNames: ["a"], fieldFeatures: 1, rows: 3 })).toEqual([{ field: "a", count: 0, missing: 3, edges: [], counts: [], deviation: 0 }]);
});
