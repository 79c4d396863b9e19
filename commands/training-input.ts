import { basename } from "node:path";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import { formatOfFile, ReplaySource } from "../engine/source/replay.ts";
import type { Kernel } from "../kernel-as/host/kernel.ts";
import type { TrainedOn } from "../kernel-as/model/card.ts";
import { readDataset, type DatasetReport } from "../trainer/dataset.ts";
import type { ManifestSource } from "../trainer/manifest.ts";
import { pipelineFor } from "../trainer/schema.ts";
import { manifestFile } from "./file-hash.ts";
import type { Flag } from "./command.ts";
import type { Simulation } from "./pipeline-file.ts";
import { historyInput, type HistoryChoice } from "./history-input.ts";
import { simulationOf } from "./source.ts";
import { tell } from "./terminal.ts";

/**
 * The simulated rooms that a model learns from when there is no recording: an hour of each, in all seasons. Many rooms looked at every eight seconds
 * teach more than few looked at every second, which costs the same.
 */
export const SIMULATED = { sensors: 96, rateHz: 0.125, seconds: 3600, seed: 1 } as const;

export const newRoomsFlag: Flag = { name: "new-rooms", help: "for rooms that no reading is from: learns how values change, and how high they are only of readings without history (always from simulated rooms)" };

export interface TrainingInputOptions {
  readonly pipeline: Pipeline;
  /** The file that it comes from; null: the smoke pipeline, whose recordings name no sensor. */
  readonly pipelineFile: string | null;
  /** What is simulated instead of rooms. */
  readonly Simulation: Simulation | null;
  /** A labelled CSV or JSON lines; null simulates. */
  readonly dataset: string | null;
  /** The label's column, when it is not the pipeline's. */
  readonly label?: string | null;
  /** A column whose values part the readings into recordings. */
  readonly group?: string | null;
  /** How many rooms are simulated. */
  readonly rooms?: number;
  /** Of the simulated rooms. */
  readonly seed?: number;
  /** What is learned of the history, instead of `dataset`. */
  readonly history?: HistoryChoice | null;
}

export interface TrainingInput extends AsyncDisposable {
  readonly pipeline: Pipeline;
  /** The pipeline was made up for the file. */
  readonly isOther: boolean;
  /** What was simulated; null: these are readings, described by their content once they are read. */
  readonly simulated: TrainedOn | null;
  /** Where it comes from, for people. */
  readonly name: string;
  /** The file, for what the pipeline does not read of it. */
  readonly path: string | null;
  /** What a manifest says of it; of files by their hashes, so each of them is read. */
  source(): Promise<ManifestSource>;
  /** To its end, once. */
  read(kernel: Kernel, signal: AbortSignal): Promise<DatasetReport>;
}

/** What a row is taken to come after the one before, where a pipeline was made up for a file without times. */
const INTERVAL_MS = 1000;

/** Opens what is learned from. Throws what {@link pipelineFor} and {@link historyInput} do, `MGV_FILE_READ`. */
export async function openTrainingInput(options: TrainingInputOptions): Promise<TrainingInput> {
  const { pipeline, dataset, history = null } = options;
  if (history !== null) return historyInput(pipeline, history);
  return dataset === null ? simulatedInput(options) : await fileInput(options, dataset);
}

function simulatedInput({ pipeline, Simulation, rooms: sensors = SIMULATED.sensors, seed = SIMULATED.seed }: TrainingInputOptions): TrainingInput {
  const { rateHz, seconds } = SIMULATED;
  const source = simulationOf(pipeline, Simulation, { speed: "max", sensors, rateHz, seed, climates: 4, durationMs: seconds * 1000 });
  return {
    pipeline,
    isOther: false,
    simulated: { kind: "simulated", sensors, rateHz, seconds, seed },
    name: `${sensors} simulated sensors at ${rateHz} Hz for ${seconds} s, seed ${seed}`,
    path: null,
    source: () => Promise.resolve({ kind: "simulated" }),
    read: (kernel, signal) => readDataset(kernel, pipeline, source, signal),
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}

async function fileInput({ pipeline: own, pipelineFile, label = null, group = null }: TrainingInputOptions, path: string): Promise<TrainingInput> {
  const { pipeline, leftOut } = await pipelineFor(own, path, label, group);
  if (leftOut === null && pipelineFile !== null) await tellOfSensors(path, pipeline);
  if (leftOut !== null) {
    tell(`learning "${pipeline.schema.label}" from ${pipeline.schema.fields.map(({ name }) => name).join(", ")}`);
    if (leftOut.length > 0) tell(`left out: ${leftOut.join(", ")}`);
  }
  const source = new ReplaySource({ path, schema: pipeline.schema, topic: pipeline.readings, speed: "max", ...(leftOut !== null && { intervalMs: INTERVAL_MS }) });
  return {
    pipeline,
    isOther: leftOut !== null,
    simulated: null,
    name: basename(path),
    path,
    source: async () => ({ kind: "file", ...(await manifestFile(path, basename(path))) }),
    read: (kernel, signal) => readDataset(kernel, pipeline, source, signal),
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}

/** Readings of many sensors that name none are learned from as if one had sent them all. */
async function tellOfSensors(path: string, { schema: { sensorKeys } }: Pipeline): Promise<void> {
  const format = await formatOfFile(path);
  if (format.kind === "json" || sensorKeys.length === 0 || format.header.some((name) => sensorKeys.includes(name))) return;
  tell(`${basename(path)} has no column ${sensorKeys.join(" or ")} for the sensor: its rows are of recordings that follow one another, split where the time jumps. Where another column names the sensor, call it ${sensorKeys[0]!}`);
}

/** Reads it to its end; tells what was left out. */
export async function readTrainingInput(kernel: Kernel, input: TrainingInput, signal: AbortSignal): Promise<DatasetReport> {
  const report = await input.read(kernel, signal);
  const { rejected, firstReason, unlabelled } = report;
  if (rejected > 0) tell(`${rejected} records could not be read and are left out; the first: ${firstReason}`);
  if (unlabelled > 0) tell(`${unlabelled} readings have no label and are left out`);
  return report;
}
