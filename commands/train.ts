import process from "node:process";
import { defaultParameters, type TrainingParameters } from "../kernel-as/model/training.ts";
import { reportLines } from "../trainer/report.ts";
import { parameterFromText, parameterTable, trainingParameters } from "../trainer/parameters.ts";
import type { Arguments, Command, Flag } from "./command.ts";
import { savePaths, trainAndSave } from "./train-and-save.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { openRuntime } from "./runtime.ts";
import { printable, tell } from "./terminal.ts";

/** What the three splits can judge: predictions of 0 and 1, with a number of rounds that is given. */
const parameters = parameterTable.filter(({ name }) => !["seed", "objective", "num_class", "early_stopping_rounds"].includes(name));

const flagOf = (name: string) => name.replaceAll("_", "-");

const parameterFlags: readonly Flag[] = parameters.map(({ name, aliases, value, help }) => {
  const otherwise = defaultParameters[name];
  return { name: flagOf(name), aliases: aliases.map(flagOf), value, help: otherwise === null ? help : `${help} (${String(otherwise)})` };
});

export const trainCommand: Command = {
  name: "train",
  summary: "trains a model, judges it on three splits, and puts it in place",
  operands: [PIPELINE],
  flags: [
    { name: "data", value: "FILE", help: "labelled CSV or JSON lines (DATASET, else simulated rooms)" },
    { name: "label", value: "NAME", help: 'the column of 0 and 1 to learn ("Fire Alarm")' },
    { name: "out", value: "FILE", help: "where the model goes (MODEL_PATH, else models/smoke_detection_model.json)" },
    { name: "seed", value: "N", help: "seed of the simulated rooms (1), and of sampling and rounding in the training (0)" },
    ...parameterFlags,
    { name: "json", help: "the model's card on stdout as JSON" },
  ],
  examples: ["npm run train", "npm run train -- --data recording.csv", "npm run train -- --data machines.csv --label failed --out machines.json"],
  async run(given, signal) {
    const { config, kernel, pipeline, Simulation } = await openRuntime(given);
    const out = given.text("out") ?? (given.optionalOperand(PIPELINE.name) === undefined ? undefined : config.modelPath);
    const paths = out === undefined ? savePaths(config) : [out];
    const startedMs = performance.now();
    const card = await trainAndSave({
      kernel,
      pipeline,
      Simulation,
      dataset: given.text("data") ?? config.dataset,
      label: given.text("label") ?? null,
      seed: given.number("seed", { min: 0, max: 2 ** 32 - 1, whole: true }) ?? 1,
      parameters: parametersOf(given),
      paths,
      modelPath: config.modelPath,
      signal,
    });
    if (given.has("json")) process.stdout.write(`${JSON.stringify(card)}\n`);
    for (const line of reportLines(card)) tell(printable(line));
    tell(`saved to ${paths.join(" and ")} after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
    return 0;
  },
};

function parametersOf(given: Arguments): TrainingParameters {
  const entries = parameters.flatMap(({ name }) => {
    const text = given.text(flagOf(name));
    return text === undefined ? [] : [[name, parameterFromText(name, text)]];
  });
  return trainingParameters({ ...Object.fromEntries(entries), seed: given.number("seed", { min: 0, max: 2 ** 32 - 1, whole: true }) });
}
