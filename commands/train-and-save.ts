import { basename, resolve } from "node:path";
import type { Config } from "../engine/config.ts";
import { LOCAL_MODEL_PATH } from "../engine/config.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Kernel } from "../kernel-as/host/kernel.ts";
import type { Calibration } from "../kernel-as/model/calibration.ts";
import { cardOf, withCard, type ModelCard } from "../kernel-as/model/card.ts";
import { readModel } from "../kernel-as/model/formats/formats.ts";
import { xgboostJson } from "../kernel-as/model/formats/xgboost/json.ts";
import type { SplitReport } from "../kernel-as/model/split-report.ts";
import { defaultParameters, type TrainingParameters } from "../kernel-as/model/training.ts";
import { trainModel } from "../trainer/judged-model.ts";
import { findLeaks } from "../trainer/leaks.ts";
import { saveModel } from "../trainer/registry.ts";
import { splitsNamed } from "../trainer/split-named.ts";
import { trainingProgress } from "./terminal.ts";
import { openTrainingInput, readTrainingInput, type TrainingInputOptions } from "./training-input.ts";

export interface TrainAndSaveOptions extends TrainingInputOptions {
  readonly kernel: Kernel;
  readonly parameters?: TrainingParameters;
  /** Splits to judge by; null: the usual three. */
  readonly judgeBy?: readonly SplitReport["name"][] | null;
  readonly falseAlarmsPerSensorDay?: number | null;
  readonly calibration?: Calibration["kind"] | null;
  readonly paths: readonly string[];
  /** Where the pipeline's own model lies: a model of other data must not go there. */
  readonly modelPath: string;
  readonly signal: AbortSignal;
}

/** Reads or simulates, trains, judges and saves. Tells its progress on stderr. */
export async function trainAndSave(options: TrainAndSaveOptions): Promise<ModelCard> {
  const { kernel, signal, paths, parameters = defaultParameters, judgeBy = null, falseAlarmsPerSensorDay = null, calibration = null } = options;
  await using input = await openTrainingInput(options);
  if (input.isOther) mustNotReplaceOwn(options);
  const { pipeline, trainedOn } = input;
  const dataset = await readTrainingInput(kernel, input, signal);
  const trained = await trainModel({
    kernel,
    dataset,
    pipelineName: pipeline.name,
    trainedOn,
    parameters,
    ...(judgeBy && { judgeBy: splitsNamed(dataset, judgeBy) }),
    falseAlarmsPerSensorDay,
    calibration,
    holdOffMs: pipeline.holdOffMs,
    signal,
    onProgress: trainingProgress(),
  });
  const path = options.dataset;
  // that neighbours stand on both sides of the random split is said where it is shown
  const claimed = trained.splits.filter(({ name }) => name !== "random");
  const found = await findLeaks({ dataset, splits: claimed, ...(path !== null && { file: { path, schema: pipeline.schema } }) });
  const card = found.length === 0 ? trained.card : { ...trained.card, findings: found.map(({ sentence }) => sentence) };
  const bytes = xgboostJson.write(withCard(trained.forest, card));
  cardOf(readModel(bytes).model); // what could not be read again must not take the place of what can
  for (const path of paths) await saveModel(path, bytes);
  return card;
}

function mustNotReplaceOwn({ pipeline: own, dataset, paths, modelPath }: TrainAndSaveOptions): void {
  const ownPaths = new Set([LOCAL_MODEL_PATH, modelPath].map((each) => resolve(each)));
  if (!paths.some((each) => ownPaths.has(resolve(each)))) return;
  throw new MangroveError("MGV_USAGE", `${basename(dataset ?? "")} has not the columns of the ${own.name} pipeline, so its model must not take the place of that one: name a file with --out.`);
}

/** Where a trained model goes: MODEL_PATH, and ./models too when MODEL_PATH is somewhere else. Throws `MGV_CONFIG` for nowhere. */
export function savePaths(config: Config): string[] {
  const paths = new Set<string>();
  if (config.saveLocal) paths.add(LOCAL_MODEL_PATH);
  if (config.saveShared) paths.add(config.modelPath);
  if (paths.size > 0) return [...paths];
  throw new MangroveError("MGV_CONFIG", "MODEL_SAVE_LOCAL and MODEL_SAVE_SHARED are both false: a trained model would be saved nowhere. Set one of them, or use --out FILE.");
}
