import { readFile } from "node:fs/promises";
import process from "node:process";
import type { Config } from "../engine/config.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { splitNames } from "../kernel-as/model/split-report.ts";
import type { TrainingParameters } from "../kernel-as/model/training.ts";
import { readManifest, type Manifest, type TrainingSettings } from "../trainer/manifest.ts";
import { reportLines } from "../trainer/report/lines.ts";
import { trainingParameters } from "../trainer/parameters.ts";
import { announcer } from "./announce.ts";
import type { Arguments, Command } from "./command.ts";
import { givenParameters, jsonObject, parameterFlags } from "./parameter-flags.ts";
import { MODEL_PLACE } from "./model/model-registry.ts";
import { mustNotReplaceAnother } from "./model/of-another.ts";
import { savePaths, trainAndSave } from "./train-and-save.ts";
import { lastDaysOf, type HistoryChoice } from "./history-input.ts";
import { newRoomsFlag, SIMULATED } from "./training-input.ts";
import { PIPELINE } from "./pipeline-file.ts";
import { reportFlag, ReportFiles } from "./report-files.ts";
import { openRuntime } from "./runtime.ts";
import { readSearch } from "./search-file.ts";
import { printable, tell } from "./terminal.ts";
import { traced } from "./tracing.ts";
import { userName } from "./user-name.ts";

/** What the splits can judge: predictions of 0 and 1, with a number of rounds that is given. */
const flags = parameterFlags("seed", "objective", "num_class", "early_stopping_rounds");

export const trainCommand: Command = {
  name: "train",
  summary: "trains a model, judges it on rows it has not seen, and puts it in place",
  operands: [PIPELINE],
  flags: [
    { name: "data", value: "FILE", help: "labelled CSV or JSON lines (DATASET, else simulated rooms)" },
    { name: "history", value: "DIR", help: "the readings and labels of a history that the engine keeps, instead of a file" },
    { name: "days", value: "N", help: "of the history the last N days before its newest reading (all)" },
    { name: "manifest", value: "FILE", help: "makes a model again, byte for byte: its manifest, which is kept with it in versions, says how; --data or --history says where the readings are" },
    { name: "label", value: "NAME", help: 'the column of 0 and 1 to learn ("Fire Alarm")' },
    { name: "group", value: "NAME", help: "a column whose values are recordings (the sensor's key, else gaps of time)" },
    { name: "out", value: "FILE", help: `where the model goes (${MODEL_PLACE})` },
    { name: "rooms", value: "N", help: "simulated rooms to learn from, an hour of each (96); more rooms, fewer false alarms in others" },
    { name: "seed", value: "N", help: "seed of the simulated rooms (1), and of sampling and rounding in the training (0)" },
    { name: "split", value: "KINDS", isList: true, help: "what to judge by: random, time, blocks (of ten minutes), recordings, groups (of --group, in five folds); several with commas (random,blocks,recordings)" },
    newRoomsFlag,
    { name: "false-alarms", value: "N", help: "chooses the threshold that finds most events (fires) with at most so many false alarms a sensor and day (0.5 as it is)" },
    { name: "calibrate", value: "KIND", help: "platt or isotonic: keeps in the card what makes probabilities such as can be taken at their word" },
    { name: "parameters", value: "FILE", help: "JSON of parameters, as search --out writes it; flags go before it" },
    ...flags,
    reportFlag,
    { name: "search", value: "FILE", help: "the table that search --json wrote, to be shown in the report" },
    { name: "json", help: "the model's card on stdout as JSON" },
  ],
  examples: ["npm run train", "npm run train -- --data recording.csv --report report.html", "npm run train -- --history history --days 30", "npm run train -- --manifest models/versions/smoke_detection_model/3f1c0a9be27d.manifest.json", "npm run train -- --false-alarms 0.1 --calibrate isotonic --split recordings", "npm run train -- --data machines.csv --label failed --out machines.json"],
  async run(given, signal) {
    const runtime = await openRuntime(given);
    const { config, kernel, pipeline, pipelineFile, Simulation } = runtime;
    const onChange = announcer(given, runtime);
    const out = given.text("out");
    const paths = out === undefined ? savePaths(config) : [out];
    const searched = given.text("search");
    if (searched !== undefined && !given.has("report")) throw new MangroveError("MGV_USAGE", "--search is shown in the report: name one with --report FILE.html.");
    const manifest = await manifestOf(given);
    if (out === undefined) for (const path of paths) await mustNotReplaceAnother(path, pipeline);
    const dataset = given.has("history") ? null : (given.text("data") ?? manifest?.data ?? config.dataset);
    await using files = await ReportFiles.open(given.text("report"), [...paths, dataset ?? undefined, searched, given.text("parameters")]);
    const startedMs = performance.now();
    const wanted = {
      kernel,
      pipeline,
      pipelineFile,
      Simulation,
      dataset,
      history: historyOf(given, config, manifest?.manifest ?? null),
      settings: manifest?.manifest.training ?? (await settingsOf(given)),
      search: searched === undefined ? null : await readSearch(searched),
      again: manifest?.manifest ?? null,
      paths,
      modelPath: config.modelPath,
      localModelPath: config.localModelPath,
      about: { by: userName(), reason: "trained by hand" },
      ...(onChange && { onChange }),
      signal,
    };
    const { card, report } = await traced("train", () => trainAndSave(wanted));
    await files.write(report);
    if (given.has("json")) process.stdout.write(`${JSON.stringify(card)}\n`);
    const findings = report.findings.map(({ sentence }) => sentence); // also of columns that only the file has
    for (const line of reportLines({ ...card, findings })) tell(printable(line));
    if (files.paths.length > 0) tell(`report in ${files.paths.join(" and ")}`);
    tell(`saved to ${paths.join(" and ")} after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
    return 0;
  },
};

/** Flags that may stand beside `--manifest`. */
const BESIDE_MANIFEST = new Set(["manifest", "data", "history", "out", "report", "json"]);

/** The manifest that was named, and the file that its readings are in, where they are in one. Throws `MGV_USAGE` for flags that it decides. */
async function manifestOf(given: Arguments): Promise<{ manifest: Manifest; data: string | null } | null> {
  const path = given.text("manifest");
  if (path === undefined) return null;
  const decided = trainCommand.flags.find(({ name }) => given.has(name) && !BESIDE_MANIFEST.has(name));
  if (decided) throw new MangroveError("MGV_USAGE", `The manifest says how the model was trained: leave --${decided.name} out.`);
  const manifest = readManifest(await readText(path), path);
  return { manifest, data: manifest.source.kind === "file" ? manifest.source.name : null };
}

function historyOf(given: Arguments, config: Config, manifest: Manifest | null): HistoryChoice | null {
  const query = manifest?.source.kind === "history" ? manifest.source.query : null;
  const directory = given.text("history") ?? (query === null ? null : config.historyDirectory);
  if (directory === null) return null;
  if (given.has("data")) throw new MangroveError("MGV_USAGE", "--data and --history are two places to learn from: name one of them.");
  const own = ["label", "group", "rooms"].find((name) => given.has(name));
  if (own !== undefined) throw new MangroveError("MGV_USAGE", `--${own} is for files and simulated rooms; in a history the schema names label and sensor.`);
  return { directory, last: lastDaysOf(given), query };
}

async function settingsOf(given: Arguments): Promise<TrainingSettings> {
  const sensors = given.number("rooms", { min: 2, max: 20_000, whole: true }) ?? SIMULATED.sensors;
  const seed = given.number("seed", { min: 0, max: 2 ** 32 - 1, whole: true }) ?? SIMULATED.seed;
  return {
    parameters: await parametersOf(given),
    judgeBy: given.someOf("split", splitNames) ?? null,
    newRooms: given.has("new-rooms"),
    falseAlarmsPerSensorDay: given.number("false-alarms", { min: 0 }) ?? null,
    calibration: given.oneOf("calibrate", ["platt", "isotonic"] as const) ?? null,
    label: given.text("label") ?? null,
    group: given.text("group") ?? null,
    rooms: { sensors, seed },
  };
}

async function parametersOf(given: Arguments): Promise<TrainingParameters> {
  const path = given.text("parameters");
  const seed = given.number("seed", { min: 0, max: 2 ** 32 - 1, whole: true });
  return trainingParameters({ ...(path !== undefined && (await readParameters(path))), ...givenParameters(given, flags), ...(seed !== undefined && { seed }) });
}

async function readParameters(path: string): Promise<Record<string, unknown>> {
  const read = jsonObject(await readText(path));
  if (read) return read;
  throw new MangroveError("MGV_JSON", `${path} is no JSON object of parameters, as \`mangrove search --out\` writes one.`);
}

function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: unknown) => {
    throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: ${(cause as Error).message}`, { cause });
  });
}
