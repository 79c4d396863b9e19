import process from "node:process";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Dataset } from "../trainer/dataset.ts";
import type { TrainData } from "../trainer/rows.ts";
import { search } from "../trainer/search.ts";
import { searchLines } from "../trainer/search-report.ts";
import type { SearchSpace } from "../trainer/search-space.ts";
import { asLearned, type LearningOptions } from "../trainer/shown-alone.ts";
import { splitToChooseBy } from "../trainer/split.ts";
import type { Arguments, Command } from "./command.ts";
import { asFlags, givenParameters, jsonObject, parameterFlags } from "./parameter-flags.ts";
import { PendingFile } from "./pending-file.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { openRuntime } from "./runtime.ts";
import { searchProgress, tell } from "./terminal.ts";
import { newRoomsFlag, openTrainingInput, readTrainingInput } from "./training-input.ts";

const flags = parameterFlags("seed", "objective", "num_class");

export const searchCommand: Command = {
  name: "search",
  summary: "looks for good parameters of a training, by cross-validation",
  operands: [PIPELINE],
  flags: [
    { name: "data", value: "FILE", help: "labelled CSV or JSON lines (DATASET, else simulated rooms)" },
    { name: "label", value: "NAME", help: 'the column of 0 and 1 to learn ("Fire Alarm")' },
    { name: "group", value: "NAME", help: "a column whose values are recordings: none is on both sides of a fold (the sensor's key, else gaps of time)" },
    { name: "split", value: "KIND", help: "recordings: some left out; blocks: of ten minutes, with a gap (recordings where there are two, else blocks)" },
    { name: "folds", value: "N", help: "at most so many (5)" },
    { name: "trials", value: "N", help: "sets of parameters to try, each one that is poor on few rows for a short time only (20)" },
    { name: "space", value: "JSON", help: 'what to draw: {"eta":{"from":0.01,"to":0.3,"scale":"log"},"max_depth":[4,6,8]}' },
    newRoomsFlag,
    { name: "seed", value: "N", help: "of all that is drawn (0)" },
    { name: "out", value: "FILE", help: "where the best parameters go, as JSON: for train --parameters FILE" },
    { name: "json", help: "the table on stdout as JSON" },
    ...flags.map((flag) => ({ ...flag, help: `fixed: ${flag.help}` })),
  ],
  examples: [
    "npm run -s mangrove -- search --data recording.csv --out best.json && npm run train -- --data recording.csv --parameters best.json",
    "npm run -s mangrove -- search --data machines.csv --label failed --group machine --trials 50 --rounds 500 --early-stopping-rounds 20",
    `npm run -s mangrove -- search --data recording.csv --split blocks --space '{"max_depth":[4,6,8],"eta":{"from":0.01,"to":0.3,"scale":"log"}}'`,
  ],
  async run(given, signal) {
    const { config, kernel, pipeline, pipelineFile, Simulation } = await openRuntime(given);
    const whole = (name: string, min: number, max = 1000) => given.number(name, { min, max, whole: true });
    const by = given.oneOf("split", ["recordings", "blocks"] as const);
    const [folds, trials, seed] = [whole("folds", 2) ?? 5, whole("trials", 1, 100_000) ?? 20, whole("seed", 0, 2 ** 32 - 1) ?? 0];
    const space = spaceOf(given);
    const out = given.text("out");
    await using file = out === undefined ? null : await PendingFile.open(out);
    await using input = await openTrainingInput({ pipeline, pipelineFile, Simulation, dataset: given.text("data") ?? config.dataset, label: given.text("label") ?? null, group: given.text("group") ?? null });
    const { dataset } = await readTrainingInput(kernel, input, signal);
    const split = splitToChooseBy(dataset, { folds, ...(by && { by }) });
    tell(`${split.title}, ${split.folds.length} folds: ${split.meaning}`);
    const startedMs = performance.now();
    const forNewRooms = given.has("new-rooms") || input.simulated !== null;
    const result = await search(rowsOf(dataset, { seed, forNewRooms }), { parameters: givenParameters(given, flags), ...(space && { space }), trials, seed, folds: split.folds, kernel, signal, onProgress: searchProgress() });
    await file?.write(`${JSON.stringify(result.best, null, 2)}\n`);
    await file?.commit();
    process.stdout.write(given.has("json") ? `${JSON.stringify(result)}\n` : `${searchLines(result).join("\n")}\n`);
    tell(`best: ${out === undefined ? asFlags(result.best) || "the defaults" : `in ${out}, for train --parameters ${out}`}; found in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
    return 0;
  },
};

function spaceOf(given: Arguments): SearchSpace | null {
  const text = given.text("space");
  if (text === undefined) return null;
  const space = jsonObject(text);
  if (space) return space as SearchSpace;
  throw new MangroveError("MGV_USAGE", `--space must be a JSON object of ranges and lists, such as {"eta":{"from":0.01,"to":0.3,"scale":"log"}}, not ${text}.`);
}

/** What a training would learn from, some rows shown without their history. */
function rowsOf(dataset: Dataset, options: LearningOptions): TrainData {
  const features = dataset.features.slice();
  asLearned(features, dataset, Uint32Array.from(dataset.labels.keys()), options);
  return { rows: features, features: dataset.featureNames, labels: dataset.labels };
}
