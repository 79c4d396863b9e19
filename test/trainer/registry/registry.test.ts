import { mkdir, readFile, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { MangroveError } from "../../../kernel-as/errors.ts";
import type { LogEntry } from "../../../trainer/registry/entry.ts";
import { Registry } from "../../../trainer/registry/registry.ts";
import { keepAndPromote, modelBytes, versionNumber } from "../../fixtures/registry.ts";
import { writeTrialOrder } from "../../../engine/model/trial-order.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const by = { by: "ada", reason: "it is better" };
const asKept = { by: "ada", verdict: "challenger", reasons: ["it is new."] } as const;
const listed = async (registry: Registry) => (await registry.list()).map(({ version, alias }) => [version, alias]);
const versions = (...numbers: number[]) => numbers.map(versionNumber);

test("a model that is kept is the challenger, and the champion once it is promoted; the log says when, who and why", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("models/m.json");
  let nowMs = Date.UTC(2026, 1, 28, 6, 30);
  const changes: LogEntry[] = [];
  const registry = await Registry.open({ path, now: () => (nowMs += 1000), onChange: (done) => void changes.push(done) });
  expect([await registry.champion(), await registry.challenger(), await registry.list(), await registry.log()]).toEqual([null, null, [], []]);

  const kept = await registry.keep(modelBytes(1), { ...asKept, report: { rows: 2 }, manifest: { days: ["2026-02-27"] }, card: "# one" });
  expect(kept).toMatchObject({ version: versionNumber(1), alias: "challenger", time: "2026-02-28T06:30:01.000Z", by: "ada", reason: "it is new.", verdict: "challenger", promoted: null });
  expect(JSON.parse(await readFile(kept.reportPath!, "utf8"))).toEqual({ rows: 2 });
  expect(JSON.parse(await readFile(kept.manifestPath!, "utf8"))).toEqual({ days: ["2026-02-27"] });
  expect(await readdir(folder.file("models"))).not.toContain("m.json");

  const champion = await registry.promote(kept.version, by);
  expect(champion).toMatchObject({ alias: "champion", path, promoted: { time: "2026-02-28T06:30:03.000Z", by: "ada", reason: "it is better", from: null } });
  expect(await readFile(path)).toEqual(Buffer.from(modelBytes(1)));
  expect(await readFile(folder.file("models/m.card.md"), "utf8")).toBe("# one");
  expect(await registry.challenger()).toBeNull();
  const { version } = kept;
  expect(await registry.log()).toEqual([
    { number: 1, time: "2026-02-28T06:30:01.000Z", action: "keep", version, by: "ada", reason: "it is new.", verdict: "challenger" },
    { number: 2, time: "2026-02-28T06:30:02.000Z", action: "begin", version, ...by, from: null, to: "promote", backup: null },
    { number: 3, time: "2026-02-28T06:30:03.000Z", action: "promote", version, ...by, from: null },
  ]);
  expect(changes).toEqual((await registry.log()).slice(2));
  // another one that opens the same files sees the same
  expect(await (await Registry.open({ path, now: () => 0 })).list()).toEqual(await registry.list());
});

test("a refused model is kept with its reasons and is no challenger; one that is refused later is none any more", async () => {
  await using folder = await temporaryFolder();
  const registry = await Registry.open({ path: folder.file("m.json"), now: () => 0 });
  await keepAndPromote(registry, 1);
  await registry.keep(modelBytes(2), { ...asKept, verdict: "refused", reasons: ["AUC fell.", "Fires were missed."] });
  expect(await registry.challenger()).toBeNull();
  expect((await registry.find(versionNumber(2)))).toMatchObject({ verdict: "refused", reason: "AUC fell. Fires were missed.", alias: null });
  await registry.keep(modelBytes(2), asKept);
  expect((await registry.challenger())?.version).toBe(versionNumber(2));
  await registry.keep(modelBytes(2), { ...asKept, verdict: "refused" });
  expect(await registry.challenger()).toBeNull();
  expect((await registry.champion())?.version).toBe(versionNumber(1));
});

test("a rollback restores the old bits and the old card, once more those of before, and what is promoted then stands on what is there", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  const registry = await Registry.open({ path, now: () => 0 });
  for (const number of [1, 2, 3]) await keepAndPromote(registry, number);
  for (const number of [2, 1]) {
    expect(await registry.rollback(by)).toMatchObject({ version: versionNumber(number), alias: "champion", promoted: { action: "rollback", from: versionNumber(number + 1) } });
    expect(await readFile(path)).toEqual(Buffer.from(modelBytes(number)));
    expect(await readFile(folder.file("m.card.md"), "utf8")).toBe(`# ${number}`);
  }
  await expect(registry.rollback(by)).rejects.toMatchObject({ code: "MGV_MODEL_MISSING", message: expect.stringContaining("no champion before this one") });
  await registry.promote(versionNumber(3), by);
  expect((await registry.rollback(by)).version).toBe(versionNumber(1));
});

test("the champion before is kept as a backup under the time at which it was written, the newest five of them", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("models/smoke_detection_model.json");
  const registry = await Registry.open({ path, now: () => 0 });
  for (let number = 0; number < 8; number++) {
    await keepAndPromote(registry, number);
    const writtenS = Date.UTC(2026, 0, 2, 3, 4, number) / 1000;
    await utimes(path, writtenS, writtenS);
  }
  const files = (await readdir(folder.file("models"))).filter((name) => name.includes("backup")).sort();
  expect(files).toEqual([2, 3, 4, 5, 6].map((s) => `model_backup_20260102_03040${s}.json`));
  expect(await readFile(folder.file("models/model_backup_20260102_030406.json"))).toEqual(Buffer.from(modelBytes(6)));
});

test("where the clock is set back numbers order the log, backups of the same second are all kept, and the last five are those that were made last", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  let nowMs = Date.UTC(2026, 0, 1);
  const registry = await Registry.open({ path, now: () => (nowMs -= 3_600_000) });
  for (let number = 0; number < 8; number++) {
    await keepAndPromote(registry, number);
    const writtenS = Date.UTC(2026, 0, 2, 3, 4, 30 - (number >> 1)) / 1000; // two in each second
    await utimes(path, writtenS, writtenS);
  }
  const backups = (await readdir(folder.path)).filter((name) => name.startsWith("m_backup"));
  const kept = await Promise.all(backups.map((name) => readFile(folder.file(name), "utf8")));
  expect(kept.sort()).toEqual([2, 3, 4, 5, 6].map((number) => Buffer.from(modelBytes(number)).toString()).sort());
  expect((await registry.log()).map(({ number }) => number)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
  expect((await registry.rollback(by)).version).toBe(versionNumber(6));
});

test("the same model again changes no file in its place, and models of other names have a registry of their own", async () => {
  await using folder = await temporaryFolder();
  const [one, two] = [await Registry.open({ path: folder.file("one.json"), now: () => 0 }), await Registry.open({ path: folder.file("two.json"), now: () => 0 })];
  await keepAndPromote(one, 1);
  await keepAndPromote(one, 1);
  await keepAndPromote(two, 2);
  await keepAndPromote(two, 3);
  expect((await readdir(folder.path)).filter((name) => name.includes("backup"))).toEqual([expect.stringMatching(/^two_backup_/)]);
  expect(await listed(one)).toEqual([[versionNumber(1), "champion"]]);
  expect(await listed(two)).toEqual([[versionNumber(3), "champion"], [versionNumber(2), null]]);
});

test("a champion that somebody put there by hand is found, never overwritten unasked, and a rollback from it restores what was there before", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  await writeFile(path, modelBytes(1));
  const registry = await Registry.open({ path, now: () => 0 });
  expect(await registry.champion()).toMatchObject({ version: versionNumber(1), by: "unknown", verdict: null, promoted: { action: "found", from: null } });
  await writeFile(path, modelBytes(2));
  expect(await listed(registry)).toEqual([[versionNumber(2), "champion"], [versionNumber(1), null]]);
  expect(await readFile(path)).toEqual(Buffer.from(modelBytes(2)));
  expect((await registry.rollback(by)).version).toBe(versionNumber(1));
  expect(await readFile(path)).toEqual(Buffer.from(modelBytes(1)));
});

test("a foreign file in the champion's place is no champion; a rollback puts back what was, and keeps the file as a backup", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  const registry = await Registry.open({ path, now: () => 0 });
  for (const number of [1, 2]) await keepAndPromote(registry, number);
  await writeFile(path, "%PDF-1.7");
  expect(await registry.champion()).toMatchObject({ version: versionNumber(2), path: folder.file(`versions/m/${versionNumber(2)}.json`) });
  expect(await readFile(path, "utf8")).toBe("%PDF-1.7");
  expect((await registry.rollback(by)).version).toBe(versionNumber(2));
  expect(await readFile(path)).toEqual(Buffer.from(modelBytes(2)));
  const backups = (await readdir(folder.path)).filter((name) => name.includes("backup"));
  expect(await Promise.all(backups.map((name) => readFile(folder.file(name), "utf8")))).toContain("%PDF-1.7");
  expect((await registry.rollback(by)).version).toBe(versionNumber(1));
});

test("a champion whose file was lost and that is put back is still followed by the one before it at a rollback", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  const registry = await Registry.open({ path, now: () => 0 });
  for (const number of [1, 2]) await keepAndPromote(registry, number);
  await rm(path);
  await registry.promote(versionNumber(2), by);
  expect(await readFile(path)).toEqual(Buffer.from(modelBytes(2)));
  expect((await registry.rollback(by)).version).toBe(versionNumber(1));
});

test("what is not kept, was changed, or does not pass the check is not promoted, and nothing is written", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  const check = (bytes: Uint8Array) => {
    if (Buffer.from(bytes).equals(modelBytes(3))) throw new MangroveError("MGV_MODEL_FEATURES", "no");
  };
  const registry = await Registry.open({ path, now: () => 0, check });
  await keepAndPromote(registry, 1);
  for (const number of [2, 3]) await registry.keep(modelBytes(number), asKept);
  await writeFile(folder.file(`versions/m/${versionNumber(2)}.json`), modelBytes(2).slice(1));
  const log = await registry.log();
  await expect(registry.promote("0123456789ab", by)).rejects.toMatchObject({ code: "MGV_MODEL_MISSING" });
  await expect(registry.promote("../../m", by)).rejects.toMatchObject({ code: "MGV_MODEL_MISSING" });
  await expect(registry.promote(versionNumber(2), by)).rejects.toMatchObject({ code: "MGV_MODEL_MISSING" });
  await expect(registry.promote(versionNumber(3), by)).rejects.toMatchObject({ code: "MGV_MODEL_FEATURES" });
  expect(await registry.log()).toEqual(log);
  expect(await readFile(path)).toEqual(Buffer.from(modelBytes(1)));
});

test("a bounded number of models is kept: ten champions of before and ten others, and always what an alias names", async () => {
  await using folder = await temporaryFolder();
  const registry = await Registry.open({ path: folder.file("m.json"), now: () => 0 });
  for (let number = 0; number < 13; number++) await keepAndPromote(registry, number);
  await registry.keep(modelBytes(100), asKept);
  for (let number = 200; number < 212; number++) await registry.keep(modelBytes(number), { ...asKept, verdict: "refused", report: { number } });
  const numbers = [...Array.from({ length: 10 }, (_, i) => 202 + i), 100, ...Array.from({ length: 11 }, (_, i) => 2 + i)];
  expect((await registry.list()).map(({ version }) => version).sort()).toEqual(versions(...numbers).sort());
  expect([(await registry.champion())?.version, (await registry.challenger())?.version]).toEqual(versions(12, 100));
  const files = (await readdir(folder.file("versions/m"))).filter((name) => !name.startsWith("owner"));
  expect(new Set(files.map((name) => name.slice(0, 12)))).toEqual(new Set(versions(...numbers)));
  expect((await registry.log()).filter(({ action }) => action === "forget").map(({ version }) => version)).toEqual(versions(0, 1, 200, 201));
});

test("models are found by their first digits and by alias, and not by what could be several", async () => {
  await using folder = await temporaryFolder();
  const registry = await Registry.open({ path: folder.file("m.json"), now: () => 0 });
  await keepAndPromote(registry, 1);
  await registry.keep(modelBytes(2), asKept);
  const version = versionNumber(1);
  expect((await registry.find(version.slice(0, 5)))?.version).toBe(version);
  expect((await registry.find("champion"))?.version).toBe(version);
  expect((await registry.find("challenger"))?.version).toBe(versionNumber(2));
  expect([await registry.find(version.slice(0, 3)), await registry.find(""), await registry.find("ffff0000")]).toEqual([null, null, null]);
});

test("a log that was changed is an error that says where, and a torn end is none", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  const log = folder.file("m.registry.jsonl");
  for (const number of [1, 2]) await keepAndPromote(await Registry.open({ path, now: () => 0 }), number);
  const whole = await readFile(log);
  await writeFile(log, Buffer.concat([whole, Buffer.from('{"number":7,"time":"20')]));
  await keepAndPromote(await Registry.open({ path, now: () => 0 }), 3);
  expect((await readFile(log)).subarray(0, whole.length)).toEqual(whole);
  expect(await listed(await Registry.open({ path, now: () => 0 }))).toEqual([[versionNumber(3), "champion"], [versionNumber(2), null], [versionNumber(1), null]]);
  const lines = (await readFile(log, "utf8")).split("\n");
  await writeFile(log, lines.filter((_, i) => i !== 2).join("\n"));
  await expect(Registry.open({ path, now: () => 0 })).rejects.toMatchObject({ code: "MGV_FILE_READ", message: expect.stringContaining("Line 3 of the log") });
});

test("a model that is on trial is kept, however many come after it", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  const registry = await Registry.open({ path, now: () => 0 });
  await keepAndPromote(registry, 1);
  const tried = await registry.keep(modelBytes(100), { ...asKept, verdict: "refused" });
  await writeTrialOrder(path, { mode: "shadow", share: 1, path: tried.path });
  for (let number = 200; number < 215; number++) await registry.keep(modelBytes(number), { ...asKept, verdict: "refused" });
  expect(await registry.find(versionNumber(100))).not.toBeNull();
  expect(await registry.find(versionNumber(200))).toBeNull();
});

test("a place that cannot be written to is an error, and what was there stays", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("file"), "old");
  const registry = await Registry.open({ path: folder.file("file/m.json"), now: () => 0 });
  await expect(registry.keep(modelBytes(1), asKept)).rejects.toMatchObject({ code: "MGV_FILE_WRITE" });
  expect(await readFile(folder.file("file"), "utf8")).toBe("old");
});

test("where nothing can be written, a champion that was mounted there is listed all the same", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("m.json"), modelBytes(1));
  await writeFile(folder.file("versions"), "a file where the folder should be");
  const registry = await Registry.open({ path: folder.file("m.json"), now: () => 0 });
  expect(await registry.list()).toMatchObject([{ version: versionNumber(1), alias: "champion", path: folder.file("m.json") }]);
  await rm(folder.file("versions"));
  await mkdir(folder.file("versions"));
  expect(await registry.log()).toMatchObject([{ action: "found" }]);
});
