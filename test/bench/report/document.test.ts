import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { allBenches } from "../../../bench/benches.ts";
import { documented } from "../../../bench/report/document.ts";
import { decoded, looked, onKafka, served, streamed } from "./results.ts";

const document = `# Benchmarks

Before. <!-- bench:decode-json -->
an old table
<!-- /bench:decode-json --> After.

<!-- bench:window -->
a table by hand
<!-- /bench:window -->

<!-- bench:streams -->
<!-- /bench:streams -->

<!-- bench:kafka -->
<!-- /bench:kafka -->

<!-- bench:http -->
<!-- /bench:http -->

<!-- bench:page -->
<!-- /bench:page -->
`;

/** The document with a result that has been written to a file and read again. */
function documentedFrom(result: object): string {
  return documented(document, [JSON.parse(JSON.stringify(result))]);
}

test("a part is made anew of its result, with machine, day, commit, runs and who was absent", () => {
  const text = documented(document, [decoded]);
  expect(text).toContain("a <fast> machine, 2 cores, load 0.3 at the start; 2026-01-02, commit 0123456789ab+.");
  expect(text).toContain("|  | ns a message | min – max | × JSON.parse |\n| --- | --- | --- | --- |\n| kernel, Node 24.1.0 | 200 | 190 – 210 | 4.00 |");
  expect(text).toContain("Medians of 2. Absent: XGBoost.");
  expect(text).not.toContain("an old table");
});

test("what stands outside, and parts without a result, stay as they were", () => {
  const text = documented(document, [decoded]);
  expect(text.startsWith("# Benchmarks\n\nBefore. <!-- bench:decode-json -->\n")).toBe(true);
  expect(text).toContain("<!-- /bench:decode-json --> After.\n\n<!-- bench:window -->\na table by hand\n<!-- /bench:window -->\n");
});

test("what was measured on one runtime, in part, or without peers, takes nobody's place", () => {
  for (const result of [decoded, streamed, onKafka, served]) {
    expect(documentedFrom(result)).not.toBe(document);
    expect(documentedFrom({ ...result, isWhole: false })).toBe(document);
    expect(documentedFrom({ ...result, isWhole: undefined })).toBe(document);
  }
});

test("written twice it is the same, whatever the order of the results", () => {
  const results = [decoded, streamed, onKafka, served, looked];
  const once = documented(document, results);
  expect(documented(once, results.toReversed())).toBe(once);
});

test("stream processors are shown with ratios to ours on Node, the warm half where there is one, and with who failed", () => {
  const text = documented(document, [streamed]);
  expect(text).toContain("| Kafka Streams | exactly once | 60,000 (54,000 – 66,000) | 100,000 (90,000 – 110,000) | 20.0 (18.0 – 22.0) | 500 | 2.50 | 5.00 | 1,000,000 equal |");
  expect(text).toContain("| Faust; 100,000 readings | at least once | 5,000 (4,500 – 5,500) |  | 300 (270 – 330) | 100 | 50.00 | 75.00 | 100,000 equal |");
  expect(text).toContain("- Bytewax: absent (needs Python)\n- Quix, windows: failed. told nothing.\n");
});

test("the engine on Kafka is shown with ratios to all and to the warm half of Kafka Streams, with latencies and restores", () => {
  const text = documentedFrom(onKafka);
  expect(text).toContain("<!-- bench:kafka -->\na <fast> machine, 2 cores");
  expect(text).toContain("| a prediction record for each reading, Node | 200,000 | 190,000 – 210,000 | 6.00 | 2.00 | 1.60 |\n| Bun | 180,000 | 170,000 – 190,000 | 5.00 | 1.80 | 1.44 |");
  expect(text).toContain("| Kafka Streams | 100,000 | 90,000 – 110,000 | 17.25 |  |  |\n| Kafka Streams, second half | 125,000 | 120,000 – 130,000 |  |  |  |");
  expect(text).toContain("readings and predictions to the history, Deno | 220,000 | 210,000 – 230,000 | 5.50 |  |  |");
  expect(text).toContain("1,000,000 readings of 1,000 sensors in four partitions. Medians of 2 after a warm-up.");
  expect(text).toContain("20,000 readings/s:\n\n| commits every |  | p50 ms | p99 ms | longest ms |\n| --- | --- | --- | --- | --- |\n| 100 ms | Deno | 60 | 114 | 170 |");
  expect(text).toContain("| Bun | 100,000 | 10 | 0.83 |\n<!-- /bench:kafka -->");
});

test("the HTTP service is shown with ratios to a bare server and to its peers, and with what failed", () => {
  const text = documentedFrom(served);
  expect(text).toContain("| Node | 25,000 | 4.0 | 50,000 | 2.0 | 0.50 | 2.00 |");
  expect(text).toContain("| Bun | 450,000 | 400,000 – 500,000 |");
  expect(text).toContain("| Flask | 165 | 200.0 | Node | 182 |");
  expect(text).toContain("| Deno | 2,000 | 1 | 8 |");
  expect(text).toContain("Medians of 3 runs of 5 s after a warm-up. Beside peers: of 1. No request failed.\n<!-- /bench:http -->");
  expect(documentedFrom({ ...served, steady: [{ ...served.steady[0], failures: 2 }] })).toContain("**2 requests failed.**");
});

test("the live page is shown with the least and the greatest of its runs, and with the browser", () => {
  const text = documentedFrom(looked);
  expect(text).toContain("| first load of 12 sensors, kB | 46 | 46 | 47 |\n| first paint of it, ms | 200 | 132 | 360 |");
  expect(text).toContain("| 1,000 sensors, watched and scrolled for ten seconds: tasks of the main thread | 10,822 | 10,822 | 10,822 |\n| the longest of them, ms of the processor | 26.5 | 26.5 | 26.5 |");
  expect(text).toContain("Service and Chromium 140.0 on the same cores. Loads: 3; times ten seconds: 1.\n<!-- /bench:page -->");
});

test("a result without a place in the document is refused, with the lines to add", () => {
  expect(() => documented("# Benchmarks\n", [decoded])).toThrow(/no place for decode-json: put <!-- bench:decode-json --> and <!-- \/bench:decode-json -->/);
  expect(() => documented("<!-- bench:decode-json -->\nand no end\n", [decoded])).toThrow(/no place for decode-json/);
  expect(() => documented(document + document, [decoded])).toThrow(/two places for decode-json/);
});

test("results that have no form, such as those of the quality benches, are passed over", () => {
  expect(documented(document, [{ comparisons: [] }, null])).toBe(document);
});

test("BENCHMARKS.md has a place for each bench", async () => {
  const text = await readFile(new URL("../../../BENCHMARKS.md", import.meta.url), "utf8");
  const inProcess = allBenches(true).map(({ name }) => ({ ...decoded, bench: name }));
  const results = [...inProcess, streamed, onKafka, served, looked];
  const filled = documented(text, results);
  expect(filled.match(/<!-- bench:/g)).toHaveLength(results.length);
  expect(filled.match(/^\| kernel, Node 24\.1\.0 /gm)).toHaveLength(inProcess.length);
});
