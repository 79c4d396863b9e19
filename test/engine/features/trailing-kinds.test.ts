import { expect, test } from "vitest";
import { featureNames } from "../../../engine/features/features.ts";
import { isOnce, orderedKinds, readTrailingName, trailingKinds, type TrailingFeature } from "../../../engine/features/trailing-kinds.ts";
import { topic } from "../../../engine/pipeline/endpoint.ts";
import { derived, trailing } from "../../../engine/pipeline/feature-set.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import { fingerprint, topologyText } from "../../../engine/pipeline/topology.ts";
import { smallSchema } from "../../fixtures/readings.ts";

const source = () => pipeline("small").from(topic("readings"), smallSchema);
const all = trailingKinds.map(({ kind }) => kind);

test("per span each kind of all fields, in the table's order whatever the call's; baseline and alone once, behind all spans", () => {
  const asked = source().features(trailing("10s", "1m", { of: ["alone", "baseline", "spread", "slope", "level", "change", "slope"] }), derived({ x: { log: "b" } }));
  expect(featureNames(asked)).toEqual([
    "a[C]", "b", "x",
    "a[C] mean 10s", "b mean 10s", "a[C] - mean 10s", "b - mean 10s", "a[C] slope 10s", "b slope 10s", "a[C] spread 10s", "b spread 10s",
    "a[C] mean 60s", "b mean 60s", "a[C] - mean 60s", "b - mean 60s", "a[C] slope 60s", "b slope 60s", "a[C] spread 60s", "b spread 60s",
    "a[C] - baseline 60s", "b - baseline 60s",
    "a[C] alone 60s", "b alone 60s",
  ]);
  expect(featureNames(source().features(trailing({ of: ["baseline"] })))).toEqual(["a[C]", "b"]);
});

test("a call that asks for no more means what it meant: its names, its step, its fingerprint", () => {
  const plain = source().features(trailing("1m", "5m"));
  expect(plain.steps.at(-1)).toEqual({ kind: "features", spansMs: [60_000, 300_000], derived: {}, name: "features", input: "readings", fields: plain.fields });
  for (const set of [{ spansMs: [60_000, 300_000] }, trailing("1m", "5m", { of: ["change"] })]) expect(fingerprint(source().features(set))).toBe(fingerprint(plain));
  expect(fingerprint(source().features(trailing("1m", "5m", { of: ["change", "slope"] })))).not.toBe(fingerprint(plain));
  expect(topologyText(plain)).toContain("features: values, and less their means over 1m, 5m");
  expect(topologyText(source().features(trailing("1m", { of: ["slope", "level"] })))).toContain("features: values, and their level, slope over 1m");
});

test("what there is not, nothing, and two sets that ask for different features are refused in words", () => {
  expect(() => orderedKinds(["slop" as TrailingFeature])).toThrow('No trailing feature is called "slop". Did you mean slope?');
  expect(() => trailing("1m", { of: [] })).toThrow("Trailing spans are to be computed of nothing");
  expect(() => source().features(trailing("1m"), trailing("5m", { of: ["slope"] }))).toThrow("Trailing spans are asked for change and for slope");
});

test("every name is read back as its kind, field and span, if its field is a feature too", () => {
  const names = featureNames({ schema: smallSchema, spansMs: [500, 60_000], trailing: all });
  const read = names.map((name) => readTrailingName(name, names));
  expect(read.slice(0, 2)).toEqual([null, null]);
  const ofBoth = (kind: TrailingFeature, spanMs: number) => names.slice(0, 2).map((field) => ({ kind, field, spanMs }));
  const perSpan = (spanMs: number) => all.flatMap((kind) => (isOnce(kind) ? [] : ofBoth(kind, spanMs)));
  expect(read.slice(2)).toEqual([...perSpan(500), ...perSpan(60_000), ...ofBoth("baseline", 60_000), ...ofBoth("alone", 60_000)]);
  expect(readTrailingName("oil mean 5s", names)).toBeNull();
});
