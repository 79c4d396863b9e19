import { appendFile, readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { boundLog, lastLines, linesFrom, openLog } from "../../../commands/system/log-file.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

test("a log that has grown too large becomes the one before, and whoever writes to it goes on at its beginning", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("logs/a.log");
  const log = openLog(path);
  await appendFile(path, "one\ntwo\nthree\n");
  expect(await lastLines(path, 2)).toEqual(["two", "three"]);
  expect(await lastLines(path, 9)).toEqual(["one", "two", "three"]);
  expect(await lastLines(path, 0)).toEqual([]);
  await boundLog(path, 14);
  expect(await readFile(path, "utf8")).toBe("one\ntwo\nthree\n");
  await boundLog(path, 13);
  expect(await readFile(`${path}.1`, "utf8")).toBe("one\ntwo\nthree\n");
  await appendFile(path, "four\n");
  expect(await readFile(path, "utf8")).toBe("four\n");
  log.close();
});

test("a log is followed in whole lines, also over its cut", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("a.log");
  expect(await linesFrom(path, 0)).toEqual({ lines: [], next: 0 });
  await writeFile(path, "one\ntw");
  expect(await linesFrom(path, 0)).toEqual({ lines: ["one"], next: 4 });
  await appendFile(path, "o\n");
  expect(await linesFrom(path, 4)).toEqual({ lines: ["two"], next: 8 });
  await writeFile(path, "new\n");
  expect(await linesFrom(path, 8)).toEqual({ lines: ["new"], next: 4 });
});
