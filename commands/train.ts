import process from "node:process";
import { defaultParameters, type TrainingParameters } from "../kernel-as/model/training.ts";
import { reportLines } from "../trainer/report.ts";
import type { Arguments, Command } from "./command.ts";
import { savePaths, trainAndSave } from "./train-and-save.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { openRuntime } from "./runtime.ts";
import { tell } from "./terminal.ts";

export const trainCommand: Command = {
  name: "train",
  summary: "trains a model, judges it on three splits, and puts it in place",
  operands: [PIPELINE],
  flags: [
    { name: "data", value: "FILE", help: "labelled CSV or JSON lines (DATASET, else simulated rooms)" },
    { name: "label", value: "NAME", help: 'the column of 0 and 1 to learn ("Fire Alarm")' },
    { name: "out", value: "FILE", help: "where the model goes (MODEL_PATH, else models/smoke_detection_model.json)" },
    { name: "seed", value: "N", help: "seed of the simulated rooms (1)" },
    { name: "rounds", value: "N", help: `number of trees (${defaultParameters.rounds})` },
    { name: "max-depth", value: "N", help: `levels of splits, 1 to 10 (${defaultParameters.maxDepth})` },
    { name: "learning-rate", value: "X", help: `what a tree's leaves are multiplied by; also --eta (${defaultParameters.learningRate})` },
    { name: "eta", value: "X", help: "the same" },
    { name: "lambda", value: "X", help: `L2 penalty on leaf values (${defaultParameters.lambda})` },
    { name: "gamma", value: "X", help: `what a split must gain at least (${defaultParameters.gamma})` },
    { name: "min-child-weight", value: "X", help: `least sum of hessians on a side of a split (${defaultParameters.minChildWeight})` },
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
    for (const line of reportLines(card)) tell(line);
    tell(`saved to ${paths.join(" and ")} after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
    return 0;
  },
};

function parametersOf(given: Arguments): TrainingParameters {
  // the kernel's host knows the upper limits and names them
  const number = (name: string, otherwise: number) => given.number(name, { min: 0 }) ?? otherwise;
  return {
    rounds: number("rounds", defaultParameters.rounds),
    maxDepth: number("max-depth", defaultParameters.maxDepth),
    learningRate: number("learning-rate", number("eta", defaultParameters.learningRate)),
    lambda: number("lambda", defaultParameters.lambda),
    gamma: number("gamma", defaultParameters.gamma),
    minChildWeight: number("min-child-weight", defaultParameters.minChildWeight),
    baseScore: defaultParameters.baseScore,
  };
}
