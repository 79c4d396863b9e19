import { appendFile, open, readFile, type FileHandle } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import type { DeskEntry } from "../../../engine/notify/desk-entry.ts";
import { FileDeskLog } from "../../../engine/notify/file-desk-log.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const entry = (key: string): DeskEntry => ({ kind: "acknowledged", key, by: "ada", note: null, time: "2026-02-28T06:30:00.000Z" });

async function found(path: string): Promise<string[]> {
  await using log = await FileDeskLog.open(path);
  const ids: string[] = [];
  await log.follow(({ key }) => ids.push(key));
  return ids;
}

test("entries are there again, in their order, and a line that was cut is passed over", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("notify/desk.jsonl");
  {
    await using log = await FileDeskLog.open(path);
    await Promise.all(["a", "b", "c"].map((id) => log.append(entry(id))));
  }
  await appendFile(path, '{"kind":"acknowledged","key":"d","by":');
  expect(await found(path)).toEqual(["a", "b", "c"]);
  expect(await readFile(path, "utf8")).not.toContain('"d"');
});

test("what is written after a full disk has cut a line is there again", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("desk.jsonl");
  const probe = await open(folder.file("probe"), "w");
  const full = vi.spyOn(Object.getPrototypeOf(probe) as FileHandle, "appendFile").mockImplementationOnce(async function (this: FileHandle, text) {
    await this.write((text as string).slice(0, 20));
    throw new Error("no space left on device");
  });
  await probe.close();
  try {
    await using log = await FileDeskLog.open(path);
    await expect(log.append(entry("a"))).rejects.toMatchObject({ code: "MGV_FILE_WRITE" });
    await log.append(entry("b"));
    await log.append(entry("c"));
  } finally {
    full.mockRestore();
  }
  expect(await found(path)).toEqual(["b", "c"]);
});

test("no more than the newest entries are kept", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("desk.jsonl");
  {
    await using log = await FileDeskLog.open(path);
    await log.append(entry("first"));
  }
  await appendFile(path, Array.from({ length: 20_000 }, (_, i) => `${JSON.stringify(entry(String(i)))}\n`).join(""));
  const ids = await found(path);
  expect([ids.length, ids[0], ids.at(-1)]).toEqual([20_000, "0", "19999"]);
});
