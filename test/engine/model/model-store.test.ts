import { rename, rm, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { ModelStore } from "../../../engine/model/model-store.ts";
import { topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import type { MangroveError } from "../../../kernel-as/errors.ts";
import { featureNames } from "../../../engine/features/features.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import type { ForestModel } from "../../../kernel-as/model/forest.ts";
import type { ModelFormat } from "../../../kernel-as/model/formats/format.ts";
import { lightgbmText } from "../../../kernel-as/model/formats/lightgbm/text.ts";
import { xgboostJson } from "../../../kernel-as/model/formats/xgboost/json.ts";
import { xgboostUbjson } from "../../../kernel-as/model/formats/xgboost/ubjson.ts";
import { stumpModel, writeStump } from "../../fixtures/model.ts";
import { smallSchema } from "../../fixtures/readings.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const kernel = await loadKernel();
const small = pipeline("small").from(topic("readings"), smallSchema);

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
  await writeStump(path, small.features({ spansMs: [1000] }), "b", 1);
  await store.refresh();
  expect(problems.at(-1)).toMatchObject({ code: "MGV_MODEL_FEATURES" });
  await rm(path);
  await store.refresh();
  expect(store.problem?.code).toBe("MGV_MODEL_MISSING");
  expect(store.require().version).toBe(version);
});

test("a model that was replaced scores on for those who have it and is found by its version, until eight others were in use", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  const { store } = storeAt(path);
  const use = async (split: number) => {
    await writeStump(path, small, "b", split);
    await store.refresh({ force: true });
    return store.require();
  };
  const first = await use(1);
  const second = await use(2);
  expect(first.forest.predict(new Float32Array(2))).toHaveLength(1);
  expect(store.find(first.version)).toBe(first);
  expect((await use(1)).forest).toBe(first.forest);
  expect(store.find(second.version)).toBe(second);
  for (let split = 3; split < 11; split++) await use(split);
  expect(store.find(second.version)).toBeNull();
  expect(() => second.forest.predict(new Float32Array(2))).toThrow(/closed/);
  expect(store.find(first.version)!.forest).toBe(first.forest);
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

test("models of other libraries are taken in when they fit, and refused in words when they do not", async () => {
  await using folder = await temporaryFolder();
  const { forest } = stumpModel(small, small.schema.fields[0]!.name, 1);
  const store = (path: string) => new ModelStore({ kernel, pipeline: small, path, now: () => 0 });
  const write = async (name: string, model: ForestModel, format: ModelFormat) => {
    await writeFile(folder.file(name), format.write!(model));
    return store(folder.file(name));
  };

  const imported = await write("model.txt", forest, lightgbmText);
  expect(await imported.refresh()).toBe(true);
  expect(imported.require()).toMatchObject({ card: null, trainedOn: "unknown", threshold: 0.5 });

  const regression = await write("regression.json", { ...forest, objective: { name: "reg:squarederror", parameters: {} } }, xgboostJson);
  await regression.refresh();
  expect(regression.problem).toMatchObject({ code: "MGV_MODEL_UNSUPPORTED" });
  expect(regression.problem!.message).toContain("one probability");

  const shuffled = await write("shuffled.ubj", { ...forest, featureNames: featureNames(small).toReversed() }, xgboostUbjson);
  await shuffled.refresh();
  expect(shuffled.problem).toMatchObject({ code: "MGV_MODEL_FEATURES" });
});
