import { createHash } from "node:crypto";
import { basename, resolve } from "node:path";
import type { Config } from "../engine/config.ts";
import { LOCAL_MODEL_PATH } from "../engine/config.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { Forest } from "../kernel-as/host/forest.ts";
import type { Kernel } from "../kernel-as/host/kernel.ts";
import type { Calibration } from "../kernel-as/model/calibration.ts";
import { cardOf, withCard, type ModelCard } from "../kernel-as/model/card.ts";
import { readModel } from "../kernel-as/model/formats/formats.ts";
import { xgboostJson } from "../kernel-as/model/formats/xgboost/json.ts";
import type { SplitReport } from "../kernel-as/model/split-report.ts";
import { defaultParameters, type TrainingParameters } from "../kernel-as/model/training.ts";
import { trainModel } from "../trainer/judged-model.ts";
import { findLeaks } from "../trainer/leaks.ts";
import { modelName, saveModel, saveModelCard } from "../trainer/registry.ts";
import { cardPage } from "../trainer/report/card-page.ts";
import { reportOf, sourceText } from "../trainer/report/report-of.ts";
import type { Cost, Report } from "../trainer/report/report.ts";
import type { SearchResult } from "../trainer/search.ts";
import { peakMiB } from "./peak-memory.ts";
import { Phases } from "./phases.ts";
import { splitsNamed } from "../trainer/split-named.ts";
import { trainingProgress } from "./terminal.ts";
import { trainingCommand } from "./training-command.ts";
import { openTrainingInput, readTrainingInput, type TrainingInputOptions } from "./training-input.ts";

export interface TrainAndSaveOptions extends TrainingInputOptions {
  readonly kernel: Kernel;
  /** The file that the pipeline comes from; null: the smoke pipeline. */
  readonly pipelineFile: string | null;
  readonly parameters?: TrainingParameters;
  /** Splits to judge by; null: the usual three. */
  readonly judgeBy?: readonly SplitReport["name"][] | null;
  /** The model is to judge rooms that no reading is of; one that learned from simulated rooms always is. */
  readonly newRooms?: boolean;
  readonly falseAlarmsPerSensorDay?: number | null;
  readonly calibration?: Calibration["kind"] | null;
  /** Trials that the parameters were chosen from, for the report. */
  readonly search?: SearchResult | null;
  readonly paths: readonly string[];
  /** Where the pipeline's own model lies: a model of other data must not go there. */
  readonly modelPath: string;
  readonly signal: AbortSignal;
  /** Milliseconds, for the time that each phase takes. */
  readonly now?: () => number;
}

/** Reads or simulates, trains, judges and saves the model, its card beside it. Tells its progress on stderr. */
export async function trainAndSave(options: TrainAndSaveOptions): Promise<{ card: ModelCard; report: Report }> {
  const { kernel, signal, paths, parameters = defaultParameters, judgeBy = null, newRooms = false, falseAlarmsPerSensorDay = null, calibration = null, search = null, now = () => performance.now() } = options;
  const phases = new Phases(now);
  await using input = await openTrainingInput(options);
  if (input.isOther) mustNotReplaceOwn(options);
  const { pipeline, trainedOn } = input;
  const dataset = await phases.of("reading", () => readTrainingInput(kernel, input, signal));
  const trained = await phases.of("training and judging", () =>
    trainModel({
      kernel,
      dataset,
      pipelineName: pipeline.name,
      trainedOn,
      parameters,
      ...(judgeBy && { judgeBy: splitsNamed(dataset, judgeBy) }),
      forNewRooms: newRooms || trainedOn.kind === "simulated",
      falseAlarmsPerSensorDay,
      calibration,
      holdOffMs: pipeline.holdOffMs,
      signal,
      onProgress: trainingProgress(),
    }),
  );
  const path = options.dataset;
  // that neighbours stand on both sides of the random split is said where it is shown
  const claimed = trained.splits.filter(({ name }) => name !== "random");
  const findings = await phases.of("looking for leaks", () => findLeaks({ dataset, splits: claimed, ...(path !== null && { file: { path, schema: pipeline.schema } }) }));
  const card = findings.length === 0 ? trained.card : { ...trained.card, findings: findings.map(({ sentence }) => sentence) };
  const model = withCard(trained.forest, card);
  const bytes = xgboostJson.write(model);
  cardOf(readModel(bytes).model); // what could not be read again must not take the place of what can
  const version = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const { judged, rounds } = trained;
  using forest = new Forest(kernel, model);
  const report = await phases.of("profile and weights", () => reportOf({ name: modelName(paths[0]!), version, forest, card, source: sourceText(trainedOn), dataset, judged, rounds, findings, search }));
  for (const path of paths) {
    await saveModel(path, bytes);
    const named = { ...report, model: { ...report.model, name: modelName(path) } };
    await saveModelCard(path, cardPage(named, trainingCommand({ ...options, parameters, path })));
  }
  const cost: Cost = { phases: phases.done, peakMiB: peakMiB() };
  return { card, report: { ...report, cost } };
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
