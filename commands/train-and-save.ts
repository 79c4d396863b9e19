import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, resolve } from "node:path";
import type { Config } from "../engine/config.ts";
import { LOCAL_MODEL_PATH } from "../engine/config.ts";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import { ReplaySource } from "../engine/source/replay.ts";
import type { Source } from "../engine/source/source.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Kernel } from "../kernel-as/host/kernel.ts";
import { cardOf, withCard, type ModelCard, type TrainedOn } from "../kernel-as/model/card.ts";
import { readModel } from "../kernel-as/model/formats/formats.ts";
import { xgboostJson } from "../kernel-as/model/formats/xgboost/json.ts";
import { defaultParameters, type TrainingParameters } from "../kernel-as/model/training.ts";
import { readDataset } from "../trainer/dataset.ts";
import { findLeaks } from "../trainer/leaks.ts";
import { saveModel } from "../trainer/registry.ts";
import { pipelineFor } from "../trainer/schema.ts";
import { trainModel } from "../trainer/judged-model.ts";
import { splits } from "../trainer/split.ts";
import type { Simulation } from "./pipeline-file.ts";
import { simulationOf } from "./source.ts";
import { tell, trainingProgress } from "./terminal.ts";

/**
 * The simulated rooms that a model learns from when there is no recording: an hour of each. Many rooms looked at every eight seconds
 * teach more than few looked at every second, which costs the same.
 */
const SIMULATED = { sensors: 96, rateHz: 0.125, seconds: 3600, seed: 1 } as const;

export interface TrainAndSaveOptions {
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  /** What is simulated instead of rooms. */
  readonly Simulation: Simulation | null;
  /** A labelled CSV or JSON lines; null simulates. */
  readonly dataset: string | null;
  /** The label's column, when it is not the pipeline's. */
  readonly label?: string | null;
  /** Of the simulated rooms. */
  readonly seed?: number;
  readonly parameters?: TrainingParameters;
  readonly paths: readonly string[];
  /** Where the pipeline's own model lies: a model of other data must not go there. */
  readonly modelPath: string;
  readonly signal: AbortSignal;
}

/** Reads or simulates, trains, judges and saves. Tells its progress on stderr. */
export async function trainAndSave(options: TrainAndSaveOptions): Promise<ModelCard> {
  const { kernel, signal, parameters = defaultParameters } = options;
  await using input = await openInput(options);
  const { pipeline, source, trainedOn } = input;
  const { dataset, rejected, firstReason, unlabelled } = await readDataset(kernel, pipeline, source, signal);
  if (rejected > 0) tell(`${rejected} records could not be read and are left out; the first: ${firstReason}`);
  if (unlabelled > 0) tell(`${unlabelled} readings have no label and are left out`);
  const trained = await trainModel({ kernel, dataset, pipelineName: pipeline.name, trainedOn, parameters, signal, onProgress: trainingProgress() });
  const path = options.dataset;
  // that neighbours stand on both sides of the random split is said where it is shown
  const claimed = splits(dataset).filter(({ name }) => name !== "random");
  const found = await findLeaks({ dataset, splits: claimed, ...(path !== null && { file: { path, schema: pipeline.schema } }) });
  const card = found.length === 0 ? trained.card : { ...trained.card, findings: found.map(({ sentence }) => sentence) };
  const bytes = xgboostJson.write(withCard(trained.forest, card));
  cardOf(readModel(bytes).model); // what could not be read again must not take the place of what can
  for (const path of options.paths) await saveModel(path, bytes);
  return card;
}

interface TrainingSource extends AsyncDisposable {
  readonly pipeline: Pipeline;
  readonly source: Source;
  readonly trainedOn: TrainedOn;
}

async function openInput({ pipeline: own, Simulation, dataset: path, label = null, seed = SIMULATED.seed, paths, modelPath }: TrainAndSaveOptions): Promise<TrainingSource> {
  if (path === null) {
    const { sensors, rateHz, seconds } = SIMULATED;
    const source = simulationOf(own, Simulation, { speed: "max", sensors, rateHz, seed, durationMs: seconds * 1000 });
    return { pipeline: own, source, trainedOn: { kind: "simulated", sensors, rateHz, seconds, seed }, [Symbol.asyncDispose]: () => source[Symbol.asyncDispose]() };
  }
  const { pipeline, leftOut } = await pipelineFor(own, path, label);
  if (leftOut !== null) {
    const ownPaths = new Set([LOCAL_MODEL_PATH, modelPath].map((each) => resolve(each)));
    if (paths.some((each) => ownPaths.has(resolve(each)))) {
      throw new MangroveError("MGV_USAGE", `${basename(path)} has not the columns of the ${own.name} pipeline, so its model must not take the place of that one: name a file with --out.`);
    }
    tell(`learning "${pipeline.schema.label}" from ${pipeline.schema.fields.map(({ name }) => name).join(", ")}`);
    if (leftOut.length > 0) tell(`left out: ${leftOut.join(", ")}`);
  }
  const source = new ReplaySource({ path, schema: pipeline.schema, topic: pipeline.readings, speed: "max", intervalMs: 1000 });
  const trainedOn: TrainedOn = { kind: "file", name: basename(path), sha256: await sha256(path) };
  return { pipeline, source, trainedOn, [Symbol.asyncDispose]: () => source[Symbol.asyncDispose]() };
}

/** Where a trained model goes: MODEL_PATH, and ./models too when MODEL_PATH is somewhere else. Throws `MGV_CONFIG` for nowhere. */
export function savePaths(config: Config): string[] {
  const paths = new Set<string>();
  if (config.saveLocal) paths.add(LOCAL_MODEL_PATH);
  if (config.saveShared) paths.add(config.modelPath);
  if (paths.size > 0) return [...paths];
  throw new MangroveError("MGV_CONFIG", "MODEL_SAVE_LOCAL and MODEL_SAVE_SHARED are both false: a trained model would be saved nowhere. Set one of them, or use --out FILE.");
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  } catch (cause) {
    throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
  return hash.digest("hex");
}
