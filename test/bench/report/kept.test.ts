import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keptOf, readResults } from "../../../bench/report/kept.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";
import { decoded, looked, onKafka, served, streamed } from "./results.ts";

test("contestants are named without versions, so that they are found again after an update", () => {
  expect(keptOf(decoded)!.series.map(({ name, host, samples }) => ({ name, host, samples }))).toEqual([
    { name: "kernel, Node", host: "Node 24.1.0", samples: [190, 210] },
    { name: "JSON.parse, Node", host: "Node 24.1.0", samples: [700, 900] },
  ]);
});

test("of stream processors the seconds of a run are compared, by kind, name and guarantee", () => {
  expect(keptOf(streamed)!.series[1]).toEqual({ name: "predictions: Kafka Streams, exactly once", host: "", peer: true, samples: [4] });
});

test("on Kafka it is the time of a reading, Kafka Streams' too", () => {
  const { bench, series } = keptOf(onKafka)!;
  expect(bench).toBe("kafka");
  expect(series[0]).toEqual({ name: "predictions, node", host: "node", peer: false, samples: [1e6 / 190_000, 1e6 / 210_000] });
  expect(series.filter(({ peer }) => peer).map(({ name }) => name)).toEqual(["predictions, Kafka Streams", "predictions, Kafka Streams, second half"]);
});

test("of the HTTP service it is the µs of a request in each run, beside those of the bare server and of the peers", () => {
  const { bench, series } = keptOf(served)!;
  expect(bench).toBe("http");
  expect(series).toEqual([
    { name: "/predict, node", host: "node", peer: false, samples: [50, 40, 1e6 / 30_000] },
    { name: "/predict/batch, bun", host: "bun", peer: false, samples: [2.5, 1e6 / 450_000, 2] },
    { name: "bare server, node", host: "node", peer: true, samples: [25, 20, 1e6 / 60_000] },
    { name: "Flask", host: "", peer: true, samples: [1e6 / 165] },
  ]);
});

test("of the live page it is the first paint and the longest task of the processor, on the browser's version", () => {
  const { bench, series } = keptOf(looked)!;
  expect(bench).toBe("page");
  expect(series.map(({ host, peer, samples }) => ({ host, peer, samples }))).toEqual([
    { host: "Chromium 140.0", peer: false, samples: [132, 360, 200] },
    { host: "Chromium 140.0", peer: false, samples: [26.5] },
  ]);
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
