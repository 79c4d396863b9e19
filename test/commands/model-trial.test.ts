import { mkdir, readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { engineCommand } from "../../commands/engine.ts";
import { modelTrialCommand } from "../../commands/model-trial.ts";
import { topic } from "../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import smoke from "../../pipelines/smoke.ts";
import { run } from "../fixtures/command.ts";
import { stumpModel } from "../fixtures/model.ts";
import { smallSchema } from "../fixtures/readings.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const stump = (split: number) => stumpModel(smoke, "eCO2[ppm]", split).text;

async function prepared() {
  const folder = await temporaryFolder();
  await mkdir(folder.file("models"));
  const [champion, challenger] = [folder.file("models/m.json"), folder.file("challenger.json")];
  await writeFile(champion, stump(600));
  await writeFile(challenger, stump(450));
  return { folder, champion, challenger, where: ["--model-path", champion], [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const simulated = ["--source", "simulate", "--sensors", "30", "--rate", "1", "--seed", "5", "--speed", "max", "--until-end", "--duration", "120", "--json"];

/** What an engine says of itself, and its predictions in the order in which they were written. */
async function engine(at: Awaited<ReturnType<typeof prepared>>, name: string) {
  const { code, stdout, stderr } = await run(engineCommand, ...simulated, ...at.where, "--history", at.folder.file(`history-${name}`), "--out", at.folder.file(name));
  expect(code, stderr).toBe(0);
  const text = await readFile(at.folder.file(`${name}/${smoke.predictions}.jsonl`), "utf8");
  const predictions = text.trimEnd().split("\n").map((line) => JSON.parse(line) as { sensor_id: string; prediction: number; model_info: { version: string } });
  return { summary: JSON.parse(stdout) as { trial: object | null }, predictions, text };
}

test("a trial is begun, shown and ended, and an engine does as it says", async () => {
  await using at = await prepared();
  const alone = await engine(at, "alone");
  expect(alone.summary.trial).toBeNull();

  expect(await run(modelTrialCommand, at.challenger, ...at.where)).toMatchObject({ code: 0, stderr: expect.stringContaining(`on trial: ${at.challenger}, shadow, share 1`) });
  const shadow = await engine(at, "shadow");
  expect(shadow.text).toBe(alone.text);
  expect(shadow.summary.trial).toMatchObject({ readings: alone.predictions.length });

  expect((await run(modelTrialCommand, at.challenger, "--mode", "split", "--share", "0.5", ...at.where)).code).toBe(0);
  const split = await engine(at, "split");
  const versions = new Map(Map.groupBy(split.predictions, ({ sensor_id }) => sensor_id).entries().map(([sensor, of]) => [sensor, new Set(of.map(({ model_info }) => model_info.version))]));
  expect([...versions.values()].every(({ size }) => size === 1)).toBe(true);
  expect(new Set([...versions.values()].flatMap((each) => [...each])).size).toBe(2);

  expect(await run(modelTrialCommand, "--end", ...at.where)).toMatchObject({ code: 0, stderr: expect.stringContaining("the trial has ended") });
  expect(JSON.parse((await run(modelTrialCommand, "--json", ...at.where)).stdout)).toEqual({ trial: null });
});

test("what cannot be tried is refused before anything is written", async () => {
  await using at = await prepared();
  const other = stumpModel(pipeline("other").from(topic("others"), smallSchema), "b", 1).text;
  await writeFile(at.folder.file("other.json"), other);
  const told = async (...words: string[]) => (await run(modelTrialCommand, ...words, ...at.where)).stderr;
  expect(await told(at.folder.file("other.json"))).toMatch(/^MGV_MODEL_FEATURES: /);
  expect(await told(at.champion)).toMatch(/^MGV_USAGE: .*is the champion itself/);
  expect(await told("0123abcd")).toContain("no model of this version or alias is kept");
  expect(await told(at.challenger, "--share", "0")).toMatch(/^MGV_USAGE: --share 0 tries nothing/);
  expect(await told(at.challenger, "--mode", "both")).toMatch(/^MGV_USAGE: /);
  expect(await told(at.challenger, "--end")).toMatch(/^MGV_USAGE: /);
  expect(JSON.parse((await run(modelTrialCommand, "--json", ...at.where)).stdout)).toEqual({ trial: null });
});
