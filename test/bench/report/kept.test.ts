import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keptOf, readResults } from "../../../bench/report/kept.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";
import { decoded, streamed } from "./results.ts";

test("contestants are named without versions, so that they are found again after an update", () => {
  expect(keptOf(decoded)!.series.map(({ name, host, samples }) => ({ name, host, samples }))).toEqual([
    { name: "kernel, Node", host: "Node 24.1.0", samples: [190, 210] },
    { name: "JSON.parse, Node", host: "Node 24.1.0", samples: [700, 900] },
  ]);
});

test("of stream processors the seconds of a run are compared, by kind, name and guarantee", () => {
  expect(keptOf(streamed)!.series[1]).toEqual({ name: "predictions: Kafka Streams, exactly once", host: "", peer: true, samples: [4] });
});

test("what keeps no samples is nothing to compare", () => {
  expect(keptOf({ predict: [] })).toBeNull();
  expect(keptOf(null)).toBeNull();
});

test("results are read from a file, a list in a file, or all files of a folder", async () => {
  await using temporary = await temporaryFolder();
  const results = join(temporary.path, "results");
  await mkdir(results);
  await writeFile(join(results, "a.json"), JSON.stringify(decoded));
  await writeFile(join(results, "b.json"), JSON.stringify([streamed, decoded]));
  await writeFile(join(results, "index.html"), "a page");
  expect(await readResults(join(results, "a.json"))).toEqual([decoded]);
  expect(await readResults(results)).toEqual([decoded, streamed, decoded]);
});

test("a file that is none is told of by its name", async () => {
  await using temporary = await temporaryFolder();
  await writeFile(temporary.file("broken.json"), "{");
  await expect(readResults(temporary.file("broken.json"))).rejects.toThrow(/broken\.json is no result of a bench/);
  await expect(readResults(temporary.file("missing.json"))).rejects.toThrow(/missing\.json is no result of a bench/);
});
