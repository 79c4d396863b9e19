import { readFile } from "node:fs/promises";
import process from "node:process";
import { MangroveError } from "../kernel-as/errors.ts";
import { splitNames } from "../kernel-as/model/split-report.ts";
import type { TrainingParameters } from "../kernel-as/model/training.ts";
import { reportLines } from "../trainer/report/lines.ts";
import { trainingParameters } from "../trainer/parameters.ts";
import type { Arguments, Command } from "./command.ts";
import { givenParameters, jsonObject, parameterFlags } from "./parameter-flags.ts";
import { savePaths, trainAndSave } from "./train-and-save.ts";
import { newRoomsFlag } from "./training-input.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { reportFlag, ReportFiles } from "./report-files.ts";
import { openRuntime } from "./runtime.ts";
import { readSearch } from "./search-file.ts";
import { printable, tell } from "./terminal.ts";

/** What the splits can judge: predictions of 0 and 1, with a number of rounds that is given. */
const flags = parameterFlags("seed", "objective", "num_class", "early_stopping_rounds");

export const trainCommand: Command = {
  name: "train",
  summary: "trains a model, judges it on rows it has not seen, and puts it in place",
  operands: [PIPELINE],
  flags: [
    { name: "data", value: "FILE", help: "labelled CSV or JSON lines (DATASET, else simulated rooms)" },
    { name: "label", value: "NAME", help: 'the column of 0 and 1 to learn ("Fire Alarm")' },
    { name: "group", value: "NAME", help: "a column whose values are recordings (the sensor's key, else gaps of time)" },
    { name: "out", value: "FILE", help: "where the model goes (MODEL_PATH, else models/smoke_detection_model.json)" },
    { name: "rooms", value: "N", help: "simulated rooms to learn from, an hour of each (96); more rooms, fewer false alarms in others" },
    { name: "seed", value: "N", help: "seed of the simulated rooms (1), and of sampling and rounding in the training (0)" },
    { name: "split", value: "KINDS", isList: true, help: "what to judge by: random, time, blocks (of ten minutes), recordings, groups (of --group, in five folds); several with commas (random,blocks,recordings)" },
    newRoomsFlag,
    { name: "false-alarms", value: "N", help: "chooses the threshold that finds most fires with at most so many false alarms a sensor and day (0.5 as it is)" },
    { name: "calibrate", value: "KIND", help: "platt or isotonic: keeps in the card what makes probabilities such as can be taken at their word" },
    { name: "parameters", value: "FILE", help: "JSON of parameters, as search --out writes it; flags go before it" },
    ...flags,
    reportFlag,
    { name: "search", value: "FILE", help: "the table that search --json wrote, to be shown in the report" },
    { name: "json", help: "the model's card on stdout as JSON" },
  ],
  examples: ["npm run train", "npm run train -- --data recording.csv --report report.html", "npm run train -- --false-alarms 0.1 --calibrate isotonic --split recordings", "npm run train -- --data machines.csv --label failed --out machines.json"],
  async run(given, signal) {
    const { config, kernel, pipeline, pipelineFile, Simulation } = await openRuntime(given);
    const out = given.text("out") ?? (pipelineFile === null ? undefined : config.modelPath);
    const paths = out === undefined ? savePaths(config) : [out];
    const searched = given.text("search");
    if (searched !== undefined && !given.has("report")) throw new MangroveError("MGV_USAGE", "--search is shown in the report: name one with --report FILE.html.");
    const dataset = given.text("data") ?? config.dataset;
    await using files = await ReportFiles.open(given.text("report"), [...paths, dataset, searched, given.text("parameters")]);
    const startedMs = performance.now();
    const { card, report } = await trainAndSave({
      kernel,
      pipeline,
      pipelineFile,
      Simulation,
      dataset,
      label: given.text("label") ?? null,
      group: given.text("group") ?? null,
      ...roomsOf(given),
      seed: given.number("seed", { min: 0, max: 2 ** 32 - 1, whole: true }) ?? 1,
      parameters: await parametersOf(given),
      judgeBy: given.someOf("split", splitNames) ?? null,
      newRooms: given.has("new-rooms"),
      falseAlarmsPerSensorDay: given.number("false-alarms", { min: 0 }) ?? null,
      calibration: given.oneOf("calibrate", ["platt", "isotonic"] as const) ?? null,
      search: searched === undefined ? null : await readSearch(searched),
      paths,
      modelPath: config.modelPath,
      signal,
    });
    await files.write(report);
    if (given.has("json")) process.stdout.write(`${JSON.stringify(card)}\n`);
    for (const line of reportLines(card)) tell(printable(line));
    if (files.paths.length > 0) tell(`report in ${files.paths.join(" and ")}`);
    tell(`saved to ${paths.join(" and ")} after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
    return 0;
  },
};

function roomsOf(given: Arguments): { readonly rooms?: number } {
  const rooms = given.number("rooms", { min: 2, max: 20_000, whole: true });
  return rooms === undefined ? {} : { rooms };
}

async function parametersOf(given: Arguments): Promise<TrainingParameters> {
  const path = given.text("parameters");
  const seed = given.number("seed", { min: 0, max: 2 ** 32 - 1, whole: true });
  return trainingParameters({ ...(path !== undefined && (await readParameters(path))), ...givenParameters(given, flags), ...(seed !== undefined && { seed }) });
}

async function readParameters(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: ${(cause as Error).message}`, { cause });
  });
  const read = jsonObject(text);
  if (read) return read;
  throw new MangroveError("MGV_JSON", `${path} is no JSON object of parameters, as \`mangrove search --out\` writes one.`);
}
