import { rename, rm, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ModelStore } from "../../../engine/model/model-store.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import type { MangroveError } from "../../../kernel-as/errors.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { stumpModel, writeStump } from "../../fixtures/model.ts";
import { smallSchema } from "../../fixtures/readings.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const kernel = await loadKernel();
const small = pipeline("small", { from: "readings", schema: smallSchema });

function storeAt(path: string) {
  const problems: MangroveError[] = [];
  const store = new ModelStore({ kernel, pipeline: small, path, now: () => 42, onProblem: (problem) => problems.push(problem) });
  return { store, problems };
}

test("without a file there is no model, and the error says what to do", async () => {
  await using folder = await temporaryFolder();
  const { store, problems } = storeAt(folder.file("m.json"));
  expect(await store.refresh()).toBe(false);
  expect(() => store.require()).toThrow(/npm run train/);
  expect(problems).toEqual([]);
});

test("a new file is taken in, the same content is not taken for another version", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  const { store } = storeAt(path);
  await writeStump(path, small, "b", 1);
  expect(await store.refresh()).toBe(true);
  const { version, loadedAtMs } = store.require();
  expect(version).toMatch(/^[0-9a-f]{12}$/);
  expect(loadedAtMs).toBe(42);
  expect(await store.refresh()).toBe(false);
  await writeStump(path, small, "b", 1);
  expect(await store.refresh({ force: true })).toBe(false);
  await writeStump(path, small, "b", 2);
  expect(await store.refresh()).toBe(true);
  expect(store.require().version).not.toBe(version);
});

test("a broken, unfit or vanished file leaves the old model in use and is told once", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  const { store, problems } = storeAt(path);
  await writeStump(path, small, "b", 1);
  await store.refresh();
  const { version } = store.require();

  await writeFile(path, stumpModel(small, "b", 1).text.slice(0, 100));
  await store.refresh();
  await store.refresh();
  expect(problems.map(({ code }) => code)).toEqual(["MGV_MODEL_FORMAT"]);
  await writeStump(path, small.trailing({ spansMs: [1000] }), "b", 1);
  await store.refresh();
  expect(problems.at(-1)).toMatchObject({ code: "MGV_MODEL_FEATURES" });
  await rm(path);
  await store.refresh();
  expect(store.problem?.code).toBe("MGV_MODEL_MISSING");
  expect(store.require().version).toBe(version);
});

test("a file that was moved away and comes back is whole again", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  const { store } = storeAt(path);
  await writeStump(path, small, "b", 1);
  await store.refresh();
  await rename(path, folder.file("away"));
  await store.refresh();
  expect(store.problem?.code).toBe("MGV_MODEL_MISSING");
  await rename(folder.file("away"), path);
  await store.refresh();
  expect(store.problem).toBeNull();
});

test("a watched file is swapped in without being asked for", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  const { store } = storeAt(path);
  const controller = new AbortController();
  const swapped = new Promise<void>((resolve) => store.watch(5, controller.signal, resolve));
  await writeStump(path, small, "b", 1);
  await swapped;
  controller.abort();
  expect(store.current).not.toBeNull();
});
