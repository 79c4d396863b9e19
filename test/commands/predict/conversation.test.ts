import { Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { predictCommand } from "../../../commands/predict.ts";
import { parseArguments } from "../../../commands/command.ts";
import { openAsking } from "../../../commands/predict/asking.ts";
import { converse } from "../../../commands/predict/conversation.ts";
import { pipelineFor } from "../../../commands/pipeline-file.ts";
import { run } from "../../fixtures/command.ts";
import { writeStump } from "../../fixtures/model.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const machine = "pipelines/machine.ts";

/** A model that takes every reading with fine dust above 5 for a fire. */
async function modelPath(): Promise<string> {
  const folder = await temporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const path = folder.file("model.json");
  const { pipeline } = await pipelineFor(parseArguments(predictCommand, []));
  await writeStump(path, pipeline, "PM2.5", 5);
  return path;
}

async function said(lines: readonly string[]): Promise<{ refused: number; text: string }> {
  const asking = await openAsking(parseArguments(predictCommand, ["--model", await modelPath(), "--interactive"]));
  let text = "";
  const refused = await converse(asking, { input: Readable.from(lines.map((line) => `${line}\n`)), write: (part) => (text += part), isTerminal: false, signal: new AbortController().signal });
  return { refused, text };
}

test("a usual reading and one as in a fire are scored by the model that is named", async () => {
  const model = await modelPath();
  const { code, stdout } = await run(predictCommand, "--model", model, "--sample", "--fire-scenario");
  expect(code).toBe(0);
  expect(stdout.match(/^(no_)?fire: probability of fire .*$/gm)).toEqual(["no_fire: probability of fire 11.9 %, told from 50.0 % on", "fire: probability of fire 88.1 %, told from 50.0 % on"]);
});

test("as JSON it is what the API answers", async () => {
  const { stdout } = await run(predictCommand, "--model", await modelPath(), "--fire-scenario", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ scenario: "fire_conditions", input_data: { "PM2.5": expect.any(Number) as number }, prediction: { prediction: 1, prediction_label: "fire" } });
});

test("a conversation answers words and readings line by line, refuses the rest with a sentence, and ends with quit", async () => {
  const asking = await openAsking(parseArguments(predictCommand, ["--model", await modelPath()]));
  const { reading } = await asking.sample("usual");
  const smoky = JSON.stringify({ ...reading, "PM2.5": 400 });
  const { refused, text } = await said(["sample", "fire", smoky, "{", "smoke", '{"PM2.5":1}', "", "quit", "sample"]);
  expect(text.match(/^(no_)?fire: /gm)).toEqual(["no_fire: ", "fire: ", "fire: "]);
  expect(text.match(/^MGV_\w+: .*$/gm)).toEqual([expect.stringMatching(/^MGV_JSON: That is no JSON/), 'MGV_USAGE: "smoke" is nothing that is understood here: help lists what is.', expect.stringMatching(/^MGV_FIELD_MISSING: /)]);
  expect(refused).toBe(3);
});

test("without a model it says how one is made, and files and single readings do not go together", async () => {
  const none = await run(predictCommand, "--model", "nowhere.json", "--sample");
  expect(none.stderr).toMatch(/MGV_MODEL_MISSING: There is no model at nowhere\.json: npm run train makes one/);
  const both = await run(predictCommand, "--data", "rows.csv", "--sample");
  expect(both.stderr).toMatch(/MGV_USAGE: --data scores a file/);
});

test("a pipeline without samples is tried with what its simulation gives first", async () => {
  const folder = await temporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const { pipeline } = await pipelineFor(parseArguments(predictCommand, [machine]));
  const feature = pipeline.schema.fields[0]!.name;
  await writeStump(folder.file("m.json"), pipeline, feature, 1e9);
  const { stdout } = await run(predictCommand, machine, "--model", folder.file("m.json"), "--sample");
  expect(stdout).toContain(`${feature} `);
  expect(stdout).toMatch(new RegExp(`^no_${pipeline.event}: probability of ${pipeline.event} 11\\.9 %`, "m"));
});
