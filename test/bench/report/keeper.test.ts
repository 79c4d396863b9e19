import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Result } from "../../../bench/measure.ts";
import { ResultKeeper, writeDocument } from "../../../bench/report/keeper.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";
import { decoded } from "./results.ts";

/** With five runs, of which ours take so many times as long. */
function ofFive(times: number): Result {
  return { ...decoded, rows: decoded.rows.map((row) => ({ ...row, samples: [1, 1.01, 1.02, 1.03, 1.04].map((ms) => ({ ms: row.peer ? ms : ms * times })) })) };
}

test("a result is kept as a file and on the page of all, and is slower than an earlier one in another folder", async () => {
  await using before = await temporaryFolder();
  await using after = await temporaryFolder();
  const [earlier, folder] = [before.path, after.path];
  await new ResultKeeper(earlier).keep("decode-json", ofFive(1));

  const keeper = new ResultKeeper(folder);
  await keeper.begin(earlier);
  await keeper.keep("decode-json", ofFive(1.2));
  expect(keeper.slower).toBe(1);
  expect(JSON.parse(await readFile(join(folder, "decode-json.json"), "utf8"))).toEqual(ofFive(1.2));
  expect(await readFile(join(folder, "index.html"), "utf8")).toContain('<section id="decode-json">');
});

test("the results of before may be those that the new ones replace", async () => {
  await using temporary = await temporaryFolder();
  const folder = temporary.path;
  await new ResultKeeper(folder).keep("decode-json", ofFive(1.2));
  const keeper = new ResultKeeper(folder);
  await keeper.begin(join(folder, "decode-json.json"));
  await keeper.keep("decode-json", ofFive(1));
  expect(keeper.slower).toBe(0);
  const third = new ResultKeeper(folder);
  await third.begin(folder);
  await third.keep("decode-json", ofFive(1.2));
  expect(third.slower).toBe(1);
});

test("a folder without results is nothing to compare with", async () => {
  await using temporary = await temporaryFolder();
  await expect(new ResultKeeper().begin(temporary.path)).rejects.toThrow(/has no result with samples/);
});

test("the document is written from the folder's results, and stays the same when it is written again", async () => {
  await using temporary = await temporaryFolder();
  const folder = temporary.path;
  await new ResultKeeper(folder).keep("decode-json", decoded);
  const path = join(folder, "document.md");
  await writeFile(path, "Before\n<!-- bench:decode-json -->\n<!-- /bench:decode-json -->\nafter\n");
  await writeDocument(path, folder);
  const once = await readFile(path, "utf8");
  expect(once).toContain("| kernel, Node 24.1.0 | 200 |");
  await writeDocument(path, folder);
  expect(await readFile(path, "utf8")).toBe(once);
});
