import { readFile, readdir, utimes, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { modelName, saveModel, saveModelCard } from "../../trainer/registry.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

test("the old model is kept under the time at which it was written, the newest five of them", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("models/smoke_detection_model.json");
  for (let version = 0; version < 8; version++) {
    await saveModel(path, `v${version}`);
    const writtenS = Date.UTC(2026, 0, 2, 3, 4, version) / 1000;
    await utimes(path, writtenS, writtenS);
  }
  expect(await readFile(path, "utf8")).toBe("v7");
  const files = (await readdir(folder.file("models"))).sort();
  expect(files).toEqual([...[2, 3, 4, 5, 6].map((s) => `model_backup_20260102_03040${s}.json`), "smoke_detection_model.json"]);
  expect(await readFile(folder.file("models/model_backup_20260102_030406.json"), "utf8")).toBe("v6");
});

test("the same model again changes nothing, and models of other names have backups of their own", async () => {
  await using folder = await temporaryFolder();
  await saveModel(folder.file("smoke_detection_model.json"), "a");
  await saveModel(folder.file("smoke_detection_model.json"), "a");
  await saveModel(folder.file("machines.json"), "b");
  await saveModel(folder.file("machines.json"), "c");
  expect((await readdir(folder.path)).filter((name) => name.includes("backup"))).toEqual([expect.stringMatching(/^machines_backup_/)]);
});

test("two models of the same second are both kept", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  for (const version of ["a", "b", "c"]) await saveModel(path, version);
  const backups = (await readdir(folder.path)).filter((name) => name.startsWith("m_backup")).sort();
  expect(await Promise.all(backups.map((name) => readFile(folder.file(name), "utf8")))).toEqual(["a", "b"]);
});

test("a reader never sees half a model, however often it is replaced", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  const texts = ["x".repeat(300_000), "y".repeat(200_000)];
  await saveModel(path, texts[0]!);
  const writer = (async () => {
    for (let i = 1; i < 30; i++) await saveModel(path, texts[i % 2]!);
    return "written" as const;
  })();
  let reads = 0;
  for (;;) {
    const text = await Promise.race([writer, readFile(path, "utf8")]);
    if (text === "written") break;
    expect(texts).toContain(text);
    reads++;
  }
  expect(reads).toBeGreaterThan(0);
});

test("a place that cannot be written to is an error, and what was there stays", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("file"), "old");
  await expect(saveModel(folder.file("file/m.json"), "new")).rejects.toMatchObject({ code: "MGV_FILE_WRITE" });
  expect(await readFile(folder.file("file"), "utf8")).toBe("old");
});

test("a card lies beside its model under the model's name, and is no backup", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("models/machines.json");
  for (const version of ["a", "b"]) {
    await saveModel(path, version);
    await saveModelCard(path, `# ${version}`);
  }
  expect((await readdir(folder.file("models"))).sort()).toEqual(["machines.card.md", "machines.json", expect.stringMatching(/^machines_backup_/)]);
  expect(await readFile(folder.file("models/machines.card.md"), "utf8")).toBe("# b");
  expect([modelName(path), modelName("m.v2.ubj"), modelName("plain")]).toEqual(["machines", "m.v2", "plain"]);
  await writeFile(folder.file("file"), "");
  await expect(saveModelCard(folder.file("file/m.json"), "")).rejects.toThrow("The model's card cannot be written");
});
