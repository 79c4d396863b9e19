import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { allBenches } from "../../../bench/benches.ts";
import { documented } from "../../../bench/report/document.ts";
import { decoded, streamed } from "./results.ts";

const document = `# Benchmarks

Before. <!-- bench:decode-json -->
an old table
<!-- /bench:decode-json --> After.

<!-- bench:window -->
a table by hand
<!-- /bench:window -->

<!-- bench:streams -->
<!-- /bench:streams -->
`;

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

test("what was measured on one runtime, or without peers, takes nobody's place", () => {
  expect(documented(document, [{ ...decoded, isWhole: false }])).toBe(document);
});

test("written twice it is the same, whatever the order of the results", () => {
  const once = documented(document, [decoded, streamed]);
  expect(documented(once, [streamed, decoded])).toBe(once);
});

test("stream processors are shown with ratios to ours on Node, the warm half where there is one, and with who failed", () => {
  const text = documented(document, [streamed]);
  expect(text).toContain("| Kafka Streams | exactly once | 60,000 (54,000 – 66,000) | 100,000 (90,000 – 110,000) | 20.0 (18.0 – 22.0) | 500 | 2.50 | 5.00 | 1,000,000 equal |");
  expect(text).toContain("| Faust; 100,000 readings | at least once | 5,000 (4,500 – 5,500) |  | 300 (270 – 330) | 100 | 50.00 | 75.00 | 100,000 equal |");
  expect(text).toContain("- Bytewax: absent (needs Python)\n- Quix, windows: failed. told nothing.\n");
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
  const results = [...allBenches(true).map(({ name }) => ({ ...decoded, bench: name })), streamed];
  const filled = documented(text, results);
  expect(filled.match(/<!-- bench:/g)).toHaveLength(results.length);
  expect(filled.match(/^\| kernel, Node 24\.1\.0 /gm)).toHaveLength(results.length - 1);
});
