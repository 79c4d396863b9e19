import process from "node:process";
import { checkFits } from "../engine/model/fits.ts";
import { endTrial, readTrialOrder, writeTrialOrder } from "../engine/model/trial-order.ts";
import { trialModes } from "../engine/model/trial.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Arguments, Command } from "./command.ts";
import { readModelFile } from "./model/file.ts";
import { MODEL_PATH, pathNamed } from "./model/model-registry.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { openRuntime, type Runtime } from "./runtime.ts";
import { tell } from "./terminal.ts";

export const modelTrialCommand: Command = {
  name: "model trial",
  summary: "tries a model beside the champion, on the live stream: in its shadow, or for a share of the sensors",
  operands: [{ name: "MODEL", help: "a version, its first digits, challenger, or a file; none shows what is on trial", optional: true }, PIPELINE],
  flags: [
    { name: "mode", value: "NAME", help: "shadow: it scores and changes nothing; split: its predictions and alerts count for its share (shadow)" },
    { name: "share", value: "N", help: "of the sensors, chosen by their names, above 0 and at most 1 (1 in the shadow, 0.1 of a split)" },
    { name: "end", help: "ends the trial that goes on" },
    MODEL_PATH,
    { name: "json", help: "what is on trial now as one JSON object on stdout" },
  ],
  examples: ["npm run -s mangrove -- model trial challenger", "npm run -s mangrove -- model trial 3f1c0a9be27d --mode split --share 0.1", "npm run -s mangrove -- model trial --end", "npm run -s mangrove -- model trial challenger freezers.ts"],
  async run(given) {
    const runtime = await openRuntime(given);
    const { path } = runtime.models;
    const name = given.optionalOperand("MODEL");
    if (given.has("end")) {
      if (name !== undefined) throw new MangroveError("MGV_USAGE", "--end ends the trial that goes on: name no model with it.");
      tell((await endTrial(path)) ? "the trial has ended" : "nothing was on trial");
    } else if (name !== undefined) await begin(given, runtime, name);
    await show(path, given);
    return 0;
  },
};

/** Nothing is written for a model that does not fit. Throws what is wrong with it. */
async function begin(given: Arguments, { models, pipeline }: Runtime, name: string): Promise<void> {
  const mode = given.oneOf("mode", trialModes) ?? "shadow";
  const share = given.number("share", { min: 0, max: 1 }) ?? (mode === "shadow" ? 1 : 0.1);
  if (share === 0) throw new MangroveError("MGV_USAGE", "--share 0 tries nothing: take a share above 0, or end the trial with --end.");
  const path = await pathNamed(name, models.path);
  const [champion, challenger] = [await readModelFile(models.path), await readModelFile(path)];
  if (champion.version === challenger.version) throw new MangroveError("MGV_USAGE", `${name} is the champion itself: there is nothing to compare.`);
  checkFits(pipeline, challenger.model, challenger.card);
  await writeTrialOrder(models.path, { mode, share, path });
}

async function show(path: string, given: Arguments): Promise<void> {
  const order = await readTrialOrder(path);
  if (given.has("json")) process.stdout.write(`${JSON.stringify({ trial: order && { mode: order.mode, share: order.share, file: order.path } })}\n`);
  else if (order) tell(`on trial: ${order.path}, ${order.mode}, share ${order.share}; engines and APIs follow by themselves, and count what it does in their metrics (mangrove_trial_*)`);
  else if (!given.has("end")) tell("nothing is on trial");
}
