import { basename } from "node:path";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import { ReplaySource } from "../engine/source/replay.ts";
import type { Source } from "../engine/source/source.ts";
import type { Kernel } from "../kernel-as/host/kernel.ts";
import type { TrainedOn } from "../kernel-as/model/card.ts";
import { readDataset, type Dataset } from "../trainer/dataset.ts";
import { pipelineFor } from "../trainer/schema.ts";
import { sha256 } from "./file-hash.ts";
import type { Flag } from "./command.ts";
import type { Simulation } from "./pipeline-file.ts";
import { simulationOf } from "./source.ts";
import { tell } from "./terminal.ts";

/**
 * The simulated rooms that a model learns from when there is no recording: an hour of each, in all seasons. Many rooms looked at every eight seconds
 * teach more than few looked at every second, which costs the same.
 */
const SIMULATED = { sensors: 96, rateHz: 0.125, seconds: 3600, seed: 1 } as const;

export const newRoomsFlag: Flag = { name: "new-rooms", help: "for rooms that no reading is from: learns how values change, and how high they are only of readings without history (always from simulated rooms)" };

export interface TrainingInputOptions {
  readonly pipeline: Pipeline;
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
}

export interface TrainingInput extends AsyncDisposable {
  readonly pipeline: Pipeline;
  readonly source: Source;
  readonly trainedOn: TrainedOn;
  /** The pipeline was made up for the file. */
  readonly isOther: boolean;
}

/** Opens what is learned from. Throws what {@link pipelineFor} does, `MGV_FILE_READ`. */
export async function openTrainingInput({ pipeline: own, Simulation, dataset: path, label = null, group = null, rooms: sensors = SIMULATED.sensors, seed = SIMULATED.seed }: TrainingInputOptions): Promise<TrainingInput> {
  if (path === null) {
    const { rateHz, seconds } = SIMULATED;
    const source = simulationOf(own, Simulation, { speed: "max", sensors, rateHz, seed, climates: 4, durationMs: seconds * 1000 });
    return { pipeline: own, source, isOther: false, trainedOn: { kind: "simulated", sensors, rateHz, seconds, seed }, [Symbol.asyncDispose]: () => source[Symbol.asyncDispose]() };
  }
  const { pipeline, leftOut } = await pipelineFor(own, path, label, group);
  if (leftOut !== null) {
    tell(`learning "${pipeline.schema.label}" from ${pipeline.schema.fields.map(({ name }) => name).join(", ")}`);
    if (leftOut.length > 0) tell(`left out: ${leftOut.join(", ")}`);
  }
  const source = new ReplaySource({ path, schema: pipeline.schema, topic: pipeline.readings, speed: "max", intervalMs: 1000 });
  const trainedOn: TrainedOn = { kind: "file", name: basename(path), sha256: await sha256(path) };
  return { pipeline, source, isOther: leftOut !== null, trainedOn, [Symbol.asyncDispose]: () => source[Symbol.asyncDispose]() };
}

/** Reads it to its end; tells what was left out. */
export async function readTrainingInput(kernel: Kernel, { pipeline, source }: TrainingInput, signal: AbortSignal): Promise<Dataset> {
  const { dataset, rejected, firstReason, unlabelled } = await readDataset(kernel, pipeline, source, signal);
  if (rejected > 0) tell(`${rejected} records could not be read and are left out; the first: ${firstReason}`);
  if (unlabelled > 0) tell(`${unlabelled} readings have no label and are left out`);
  return dataset;
}
