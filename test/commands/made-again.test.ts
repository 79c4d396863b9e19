import { expect, test } from "vitest";
import { mustBeTheModel, mustBeTheReadings } from "../../commands/made-again.ts";
import { plainSettings, readManifest, type Manifest, type ManifestFile } from "../../trainer/manifest.ts";

const file = (name: string, sha256: string): ManifestFile => ({ name, sizeBytes: 1, sha256 });
const readings = { kind: "readings", count: 3, firstMs: 0, lastMs: 2, sha256: "a" } as const;
const source = (...files: ManifestFile[]) => ({ kind: "history", files, labels: 0, query: { fromMs: 0, toMs: 3, labelsUntilMs: 0, partitions: [] }, sql: "" }) as const;
const manifest: Manifest = { mangrove: "training set", model: "0123", pipeline: "smoke", source: source(file("x", "1"), file("y", "2"), file("z", "3")), readings, rows: 3, positives: 1, training: plainSettings };

test("the same readings in other files are the same readings", () => {
  expect(() => mustBeTheReadings(manifest, readings, source(file("merged", "9")))).not.toThrow();
});

test("files that are missing or have changed are named; where none is, something was written late", () => {
  const other = { ...readings, count: 2, sha256: "b" };
  expect(() => mustBeTheReadings(manifest, other, source(file("x", "1"), file("y", "0")))).toThrow(/there were 3, and now there are 2 .* Of the files y has changed, z is not there any more\./);
  expect(() => mustBeTheReadings(manifest, other, manifest.source)).toThrow(/No file is missing, so a label or a reading was written late\./);
});

test("another model of the same readings is told", () => {
  expect(() => mustBeTheModel(manifest, "0123")).not.toThrow();
  expect(() => mustBeTheModel(manifest, "4567")).toThrow(/gave version 4567, not 0123/);
});

test("a manifest comes back from its text, and what is none is refused", () => {
  expect(readManifest(JSON.stringify(manifest), "m.json")).toEqual(manifest);
  for (const text of ["{", "null", "[]", JSON.stringify({ ...manifest, source: { kind: "elsewhere" } }), JSON.stringify({ ...manifest, training: {} })]) expect(() => readManifest(text, "m.json")).toThrow(/^m\.json is (not JSON|no manifest)/);
});
