import { rename, writeFile } from "node:fs/promises";
import { afterEach, expect, test, vi } from "vitest";
import { awaitModel } from "../../commands/await-model.ts";
import { parseArguments } from "../../commands/command.ts";
import { engineCommand } from "../../commands/engine.ts";
import { openRuntime } from "../../commands/runtime.ts";
import smoke from "../../pipelines/smoke.ts";
import { run, runUntil } from "../fixtures/command.ts";
import { stumpModel } from "../fixtures/model.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

async function withoutModel() {
  const folder = await temporaryFolder();
  const model = folder.file("model.json");
  const environment = { MODEL_PATH: model, ML_AUTO_TRAIN_ON_STARTUP: "false", MODEL_RELOAD_INTERVAL: "0.1", KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1", PROMETHEUS_PORT: "", DATASET: "" };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const put = async (text: string) => {
    await writeFile(folder.file("ready"), text);
    await rename(folder.file("ready"), model);
  };
  return { ...folder, model, put, runtime: await openRuntime(parseArguments(engineCommand, [])) };
}

const stump = stumpModel(smoke, "TVOC[ppb]", 100).text;

test("a model that another process makes is waited for", async () => {
  await using at = await withoutModel();
  const waiting = awaitModel(at.runtime, new AbortController().signal);
  await expect(Promise.race([waiting, new Promise((done) => setTimeout(done, 150, "waits"))])).resolves.toBe("waits");
  await at.put(stump);
  await waiting;
  expect(at.runtime.models.current).not.toBeNull();
});

test("a file that is no model of the pipeline's ends the waiting", async () => {
  await using at = await withoutModel();
  const waiting = awaitModel(at.runtime, new AbortController().signal);
  await at.put(stump.slice(0, 500));
  await expect(waiting).rejects.toMatchObject({ code: "MGV_MODEL_FORMAT" });
});

test("an engine on Kafka waits, tells once of what, and can be stopped meanwhile", async () => {
  await using _ = await withoutModel();
  const { code, stderr } = await runUntil(/waiting for/, engineCommand, "--source", "kafka");
  expect([code, stderr]).toEqual([null, expect.stringMatching(/model {3}there is none at \S+model\.json, .*: waiting for that of mangrove trainer, or of npm run train\n/)]);
  expect(stderr.match(/waiting for/g)).toHaveLength(1);
  expect(stderr).not.toContain("MGV_MODEL_MISSING");
});

test("an engine that is alone with its source has nobody to wait for", async () => {
  await using _ = await withoutModel();
  expect((await run(engineCommand, "--source", "simulate")).stderr).toMatch(/^MGV_MODEL_MISSING: /m);
});
