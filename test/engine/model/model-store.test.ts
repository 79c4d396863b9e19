import { createHash } from "node:crypto";
import { mkdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { ModelStore } from "../../../engine/model/model-store.ts";
import { topic } from "../../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../../engine/pipeline/pipeline.ts";
import type { MangroveError } from "../../../kernel-as/errors.ts";
import { featureNames } from "../../../engine/features/features.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { endTrial, writeTrialOrder } from "../../../engine/model/trial-order.ts";
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

test("a file that is written anew without looking any different is noticed all the same", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  const { store } = storeAt(path);
  const writtenS = 1_700_000_000;
  // no longer than the folder's clock may stand still
  const clock = vi.spyOn(performance, "now").mockReturnValue(performance.now());
  onTestFinished(() => clock.mockRestore());
  for (const split of [1, 2, 3]) {
    await writeStump(path, small, "b", split);
    await utimes(path, writtenS, writtenS);
    expect(await store.refresh()).toBe(true);
  }
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
  expect(problems.at(-1)).toMatchObject({ code: "MGV_MODEL_FEATURES", message: expect.stringMatching(/The model reads .*mean.*\. The pipeline computes a\[C\], b\.$/) });
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

test("models that are learned are found until they are let go, however many they are and whatever comes into use", async () => {
  await using folder = await temporaryFolder();
  const { store } = storeAt(folder.file("m.json"));
  const files = Array.from({ length: 12 }, (_, split) => new TextEncoder().encode(stumpModel(small, "b", split).text));
  const versions = files.map((_, split) => versionOf(split).version);
  const held = files.map((file, i) => store.learn(versions[i]!, file));
  const again = store.learn(versions[0]!, files[0]!);
  for (let split = 20; split < 30; split++) {
    await writeStump(folder.file("m.json"), small, "b", split);
    await store.refresh({ force: true });
  }
  const models = versions.map((version) => store.find(version)!);
  expect(models.map(({ forest }) => forest.predict(new Float32Array(2)).length)).toEqual(versions.map(() => 1));
  for (const each of held) each[Symbol.dispose]();
  expect(store.find(versions[0]!)).toBe(models[0]);
  expect(() => models[1]!.forest.predict(new Float32Array(2))).toThrow(/closed/);
  again[Symbol.dispose]();
  again[Symbol.dispose]();
  expect(store.find(versions[0]!)).toBeNull();
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

/** Far longer than a test may take: what is seen then was watched, not polled. */
const NEVER_MS = 3_600_000;

/** Resolves when the model in use is that of `split`. */
async function watched(store: ModelStore, signal: AbortSignal, intervalMs: number): Promise<(split: number) => Promise<void>> {
  const waiting = new Set<() => void>();
  store.watch(intervalMs, signal, () => waiting.forEach((look) => look()));
  return (split) => {
    const { version } = versionOf(split);
    return new Promise((resolve) => {
      const look = () => {
        if (store.current?.version !== version) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  };
}

const versionOf = (split: number) => ({ version: createHash("sha256").update(stumpModel(small, "b", split).text).digest("hex").slice(0, 12) });

test.each([
  ["by rename", async (path: string, split: number) => {
    await writeStump(`${path}.pending`, small, "b", split);
    await rename(`${path}.pending`, path);
  }],
  ["by copying over it", (path: string, split: number) => writeStump(path, small, "b", split)],
])("a watched file that is replaced %s is swapped in without being asked for, and without polling", async (kind, replace) => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  const { store, problems } = storeAt(path);
  await writeStump(path, small, "b", 1);
  const controller = new AbortController();
  const inUse = await watched(store, controller.signal, NEVER_MS);
  await inUse(1);
  for (let split = 2; split <= 6; split++) {
    await replace(path, split);
    await inUse(split);
  }
  controller.abort();
  // what is copied may be looked at amid it, and then once more
  expect(problems.filter(({ code }) => code !== "MGV_MODEL_FORMAT" || kind === "by rename")).toEqual([]);
});

test("a foreign file in its place is told once, by watching too, and changes nothing", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("m.json");
  const { store, problems } = storeAt(path);
  await writeStump(path, small, "b", 1);
  const controller = new AbortController();
  const inUse = await watched(store, controller.signal, NEVER_MS);
  await inUse(1);
  // whole: amid a copy it could be looked at twice
  await writeFile(`${path}.pending`, "%PDF-1.7 no model");
  await rename(`${path}.pending`, path);
  await expect.poll(() => problems).toHaveLength(1);
  for (const name of ["a", "b", "c"]) {
    await writeFile(folder.file(name), "something else in the folder");
    await store.refresh();
  }
  expect(store.require().version).toBe(versionOf(1).version);
  await writeStump(`${path}.pending`, small, "b", 2);
  await rename(`${path}.pending`, path);
  await inUse(2);
  controller.abort();
  expect(problems.map(({ code }) => code)).toEqual(["MGV_MODEL_FORMAT"]);
});

test("where nothing can be watched the file is polled, and a folder that comes later, or anew, is watched", async () => {
  await using folder = await temporaryFolder();
  const path = folder.file("models/m.json");
  const { store } = storeAt(path);
  const controller = new AbortController();
  const inUse = await watched(store, controller.signal, 20);
  for (const split of [1, 2]) {
    await rm(folder.file("models"), { recursive: true, force: true });
    await mkdir(folder.file("models"));
    await writeStump(path, small, "b", split);
    await inUse(split);
    expect(store.require().version).toBe(versionOf(split).version);
  }
  controller.abort();
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

test("a model on trial is taken in with its order, and leaves with it; a promotion ends the trial", async () => {
  await using folder = await temporaryFolder();
  const [path, challenger] = [folder.file("m.json"), folder.file("c.json")];
  const { store, problems } = storeAt(path);
  await writeStump(path, small, "b", 1);
  await writeStump(challenger, small, "b", 2);
  await store.refresh();
  const { version } = store.require();
  expect(store.require().trial).toBeNull();
  await writeTrialOrder(path, { mode: "shadow", share: 0.5, path: challenger });
  expect(await store.refresh()).toBe(true);
  const { id, version: champion, trial } = store.require();
  expect([champion, trial]).toEqual([version, expect.objectContaining({ mode: "shadow", share: 0.5 })]);
  expect(store.find(id)).toBe(store.require());
  await endTrial(path);
  expect(await store.refresh()).toBe(true);
  expect(store.require()).toMatchObject({ id: version, trial: null });
  store.learn(id, store.find(id)!.file);
  await writeTrialOrder(path, { mode: "split", share: 0.5, path: challenger });
  await store.refresh();
  await writeStump(path, small, "b", 2);
  expect(await store.refresh()).toBe(true);
  expect(store.require()).toMatchObject({ version: trial!.version, trial: null });
  expect(problems).toEqual([]);
});

test("a trial that cannot be is told once, and the champion scores alone", async () => {
  await using folder = await temporaryFolder();
  const [path, challenger] = [folder.file("m.json"), folder.file("c.json")];
  const { store, problems } = storeAt(path);
  await writeStump(path, small, "b", 1);
  await writeTrialOrder(path, { mode: "shadow", share: 1, path: challenger });
  for (let i = 0; i < 3; i++) await store.refresh({ force: true });
  expect(problems).toMatchObject([{ code: "MGV_MODEL_MISSING", message: expect.stringMatching(/^Nothing is on trial: /) }]);
  await writeFile(challenger, "{}");
  for (let i = 0; i < 3; i++) await store.refresh({ force: true });
  expect(problems).toHaveLength(2);
  await writeFile(folder.file("m.trial.json"), "{}");
  for (let i = 0; i < 3; i++) await store.refresh({ force: true });
  expect(problems.slice(2)).toMatchObject([{ code: "MGV_JSON" }]);
  expect([store.require().trial, store.problem]).toEqual([null, null]);
  await writeStump(challenger, small, "b", 2);
  await writeTrialOrder(path, { mode: "shadow", share: 1, path: challenger });
  await store.refresh();
  expect(store.require().trial).not.toBeNull();
});
