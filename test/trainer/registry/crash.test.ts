import { cp, readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { localDisk, type Disk } from "../../../trainer/registry/disk.ts";
import { Registry } from "../../../trainer/registry/registry.ts";
import { dyingDisk, type Death } from "../../fixtures/dying-disk.ts";
import { consistent } from "../../fixtures/registry-check.ts";
import { keepAndPromote, modelBytes, versionNumber } from "../../fixtures/registry.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const by = { by: "ada", reason: "it is better" };
const numbers = [1, 2, 3, 4, 5, 6, 7, 8];

/** 1 to 6 were champions in turn, so that there are more backups than are kept; 7 is the challenger. */
async function prepare(folder: string): Promise<void> {
  const registry = await Registry.open({ path: `${folder}/m.json`, now: () => 0 });
  for (let number = 1; number <= 6; number++) await keepAndPromote(registry, number);
  await registry.keep(modelBytes(7), { by: "ada", verdict: "challenger", reasons: ["new"], card: "# 7" });
}

const acts = [
  { name: "a promotion", after: 7, act: (registry: Registry) => registry.promote(versionNumber(7), by) },
  { name: "a rollback", after: 5, act: (registry: Registry) => registry.rollback(by) },
  { name: "the keeping of a model", after: 6, act: (registry: Registry) => registry.keep(modelBytes(8), { by: "ada", verdict: "challenger", reasons: ["newer"], report: { rows: 1 }, card: "# 8" }) },
];

/** Does it to a copy of what was prepared, on a disk that dies. */
async function onDyingDisk(from: string, act: (registry: Registry) => Promise<unknown>, death: Death) {
  const folder = await temporaryFolder();
  await cp(from, folder.path, { recursive: true, preserveTimestamps: true });
  const { disk, calls } = dyingDisk(death);
  const registry = await Registry.open({ path: folder.file("m.json"), now: () => 0, disk });
  const thrown = await act(registry).then(() => null, (each: unknown) => each);
  return { folder, registry, thrown, calls };
}

describe.each(acts)("$name", ({ act, after }) => {
  test("that is cut off at any step, or amid it, is done or not done, and the log says which", async () => {
    await using origin = await temporaryFolder();
    await prepare(origin.path);
    const undisturbed = await onDyingDisk(origin.path, act, { calls: Infinity, part: "all", error: new Error("never") });
    await using whole = undisturbed.folder;
    expect(await consistent(whole.path, numbers)).toBe(after);
    expect(undisturbed.calls.length).toBeGreaterThan(5);
    const seen = new Set<number>();
    for (const [calls, name] of undisturbed.calls.entries()) {
      for (const part of name === "create" || name === "append" ? (["nothing", "half", "all"] as const) : (["nothing", "all"] as const)) {
        const died = await onDyingDisk(origin.path, act, { calls, part, error: new Error("dead") });
        await using folder = died.folder;
        const number = await consistent(folder.path, numbers);
        expect([6, after]).toContain(number);
        seen.add(number);
        // what was acknowledged is done
        if (died.thrown === null) expect(number).toBe(after);
        if (part !== "half") continue;
        await keepAndPromote(await Registry.open({ path: folder.file("m.json"), now: () => 0 }), 8);
        expect(await consistent(folder.path, numbers)).toBe(8);
      }
    }
    expect(seen).toEqual(new Set([6, after]));
  });

  test("that meets a full disk at any step is an error that says what is the champion, and is not done later by surprise", async () => {
    await using origin = await temporaryFolder();
    await prepare(origin.path);
    const error = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    let failures = 0;
    for (let calls = 0; ; calls++) {
      const full = await onDyingDisk(origin.path, act, { calls, part: "half", error, isMended: true });
      await using folder = full.folder;
      if (full.calls.length <= calls) break;
      const number = await consistent(folder.path, numbers);
      if (full.thrown === null) {
        expect(number).toBe(after);
        continue;
      }
      failures++;
      expect(full.thrown).toMatchObject({ code: "MGV_FILE_WRITE", message: expect.stringContaining("no space left") });
      expect(number).toBe((full.thrown as Error).message.includes("is the champion now") ? after : 6);
      if (number !== 6) continue;
      await act(full.registry);
      expect(await consistent(folder.path, numbers)).toBe(after);
    }
    expect(failures).toBeGreaterThan(3);
  });
});

test("a promotion that has begun when another file was put in the champion's place is given up, and the file stays", async () => {
  await using origin = await temporaryFolder();
  await prepare(origin.path);
  // the first three calls: the folder, the entry that it begins, the backup's bytes
  const died = await onDyingDisk(origin.path, acts[0]!.act, { calls: 2, part: "all", error: new Error("dead") });
  await using folder = died.folder;
  await writeFile(folder.file("m.json"), modelBytes(8));
  const registry = await Registry.open({ path: folder.file("m.json"), now: () => 0 });
  expect((await registry.log()).slice(-3)).toMatchObject([
    { action: "begin", version: versionNumber(7) },
    { action: "abandon", version: versionNumber(7), reason: "another file lies in the champion's place" },
    { action: "found", version: versionNumber(8), from: versionNumber(6) },
  ]);
  expect(await readFile(folder.file("m.json"))).toEqual(Buffer.from(modelBytes(8)));
});

test("a promotion while somebody puts another file in the champion's place is an error, told to nobody as a change, and the file stays", async () => {
  await using folder = await temporaryFolder();
  await prepare(folder.path);
  const path = folder.file("m.json");
  const disk: Disk = {
    ...localDisk,
    async append(log, text) {
      await localDisk.append(log, text);
      if (text.includes('"begin"')) await writeFile(path, modelBytes(8));
    },
  };
  const changes: unknown[] = [];
  const registry = await Registry.open({ path, now: () => 0, disk, onChange: (done) => void changes.push(done) });
  await expect(registry.promote(versionNumber(7), by)).rejects.toMatchObject({ code: "MGV_FILE_WRITE", message: expect.stringContaining("did not become the champion: another file lies") });
  expect(changes).toEqual([]);
  expect(await readFile(path)).toEqual(Buffer.from(modelBytes(8)));
  expect((await registry.champion())!.version).toBe(versionNumber(8));
});
