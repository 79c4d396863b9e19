import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { parseArguments } from "../../commands/command.ts";
import { engineCommand } from "../../commands/engine.ts";
import { readModelFile } from "../../commands/model/file.ts";
import { modelListCommand } from "../../commands/model-list.ts";
import { retrainCommand } from "../../commands/retrain.ts";
import { openRuntime } from "../../commands/runtime.ts";
import { trainCommand } from "../../commands/train.ts";
import { LOCAL_MODEL_PATH } from "../../engine/config.ts";
import smoke from "../../pipelines/smoke.ts";
import { run } from "../fixtures/command.ts";
import { writeStump } from "../fixtures/model.ts";
import { projectRoot } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const FILE = join(projectRoot, "pipelines/machine.ts");
const training = [FILE, "--rooms", "12", "--rounds", "3", "--split", "random"];

afterEach(() => {
  vi.unstubAllEnvs();
});

async function prepared() {
  const folder = await temporaryFolder();
  vi.stubEnv("MODEL_PATH", folder.file("m.json"));
  vi.stubEnv("MODEL_SAVE_LOCAL", "false");
  return folder;
}

test("MODEL_PATH names the model of a pipeline of one's own, too", async () => {
  await using folder = await prepared();
  const { code, stderr } = await run(trainCommand, ...training);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(`saved to ${folder.file("m.json")} `);
  const { card, version } = await readModelFile(folder.file("m.json"));
  expect(card?.pipeline).toBe("machine");
  expect(await readFile(folder.file("m.card.md"), "utf8")).toMatch(/npm run train -- \S+machine\.ts --rooms 12 /);
  expect((await run(modelListCommand, FILE)).stdout).toContain(`${version}  champion`);
});

test("a model of another pipeline at MODEL_PATH stays there, and one reads whose it is", async () => {
  await using folder = await prepared();
  await writeStump(folder.file("m.json"), smoke, "eCO2[ppm]", 420);
  const sentence = `MGV_USAGE: ${folder.file("m.json")} is the model of the pipeline smoke, and one of machine must not take its place`;
  expect((await run(trainCommand, ...training)).stderr).toContain(sentence);
  expect((await run(retrainCommand, FILE, "--history", folder.file("history"))).stderr).toContain(sentence);
  expect((await run(engineCommand, FILE, "--speed", "max", "--duration", "5", "--until-end", "--history", folder.file("history"))).stderr).toMatch(/MGV_MODEL_FEATURES: .*It is of the pipeline smoke: name another one/);
  expect((await readModelFile(folder.file("m.json"))).card?.pipeline).toBe("smoke");
  const out = await run(trainCommand, ...training, "--out", folder.file("own.json"));
  expect(out.code, out.stderr).toBe(0);
});

test("where MODEL_PATH is smoke's own place, other pipelines keep theirs", async () => {
  vi.stubEnv("MODEL_PATH", LOCAL_MODEL_PATH);
  const { models, config } = await openRuntime(parseArguments(engineCommand, [FILE]));
  expect([models.path, config.localModelPath]).toEqual(Array(2).fill(join("models", "machine.json")));
});
