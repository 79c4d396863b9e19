import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import type { Kernel } from "../kernel-as/host/kernel.ts";
import { cardOf, withCard, type ModelCard, type TrainedOn } from "../kernel-as/model/card.ts";
import { readModel } from "../kernel-as/model/formats/formats.ts";
import { xgboostJson } from "../kernel-as/model/formats/xgboost/json.ts";
import type { ForestModel } from "../kernel-as/model/forest.ts";
import type { TrainingParameters } from "../kernel-as/model/training.ts";
import type { Dataset, DatasetReport } from "./dataset.ts";
import { FitThreads } from "./fit-rows/threads.ts";
import { trainModel, type JudgedModel } from "./judged-model.ts";
import { findLeaks, type Finding } from "./leaks.ts";
import type { ManifestSource, Manifest, TrainingSettings } from "./manifest.ts";
import { versionOf } from "../engine/model/version.ts";
import type { TrainProgress } from "./row-trainer.ts";
import { splitsNamed } from "./split-named.ts";
import { splits } from "./split.ts";

export interface TrainingRun {
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  readonly read: DatasetReport;
  /** Null: readings. */
  readonly simulated: TrainedOn | null;
  readonly settings: TrainingSettings;
  /** Threads that may train a forest each at a time (1), as many of them as are worth it. The model does not depend on them. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainProgress) => void;
}

export interface TrainedModel extends Omit<JudgedModel, "forest"> {
  readonly model: ForestModel;
  readonly card: ModelCard;
  /** The model's file, and the first 12 digits of its SHA-256. */
  readonly bytes: Uint8Array;
  readonly version: string;
  /** What was found in the readings; a file of theirs may tell more. */
  readonly findings: readonly Finding[];
}

/** Trains, judges and looks for leaks. The same readings and settings give the same bytes, whichever way the readings came. Throws what {@link trainModel} does. */
export async function trainOn({ kernel, pipeline, read: { dataset, readings }, simulated, settings, threads: most = 1, signal, onProgress }: TrainingRun): Promise<TrainedModel> {
  const { parameters, judgeBy, newRooms, falseAlarmsPerSensorDay, calibration, group } = settings;
  const plan = judgeBy ? splitsNamed(dataset, judgeBy) : splits(dataset);
  using threads = await startThreads(threadsWorth(dataset, parameters, most));
  const train = () => trainModel({
    kernel,
    dataset,
    pipelineName: pipeline.name,
    trainedOn: simulated ?? readings,
    parameters,
    judgeBy: plan,
    threads,
    forNewRooms: newRooms || simulated !== null,
    falseAlarmsPerSensorDay,
    calibration,
    holdOffMs: pipeline.holdOffMs,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  // that neighbours stand on both sides of the random split is said where it is shown
  const look = () => findLeaks({ dataset, splits: plan.filter(({ name }) => name !== "random") });
  const [trained, findings] = threads ? await Promise.all([train(), look()]) : [await train(), await look()];
  const card: ModelCard = {
    ...trained.card,
    ...(simulated === null && group !== null && { group }),
    ...(findings.length > 0 && { findings: findings.map(({ sentence }) => sentence) }),
  };
  const model = withCard(trained.forest, card);
  const bytes = xgboostJson.write(model);
  cardOf(readModel(bytes).model); // what could not be read again must not take the place of what can
  return { ...trained, model, card, bytes, version: versionOf(bytes), findings };
}

/** A forest of fewer values and rounds than this is there before a thread is. */
const WORTH_A_THREAD = 2 ** 25;

/** What the threads' copies of the rows, their bins and gradients may take together. */
const MOST_BYTES = 2 ** 30;

function threadsWorth({ rows, features }: Pick<Dataset, "rows" | "features">, { rounds }: TrainingParameters, most: number): number {
  if (features.length * rounds < WORTH_A_THREAD) return 1;
  return Math.min(most, 4, Math.floor(MOST_BYTES / (features.length * 5 + rows * 40)));
}

/** Null where one would be alone, or they cannot be started: the caller's own does the same. */
async function startThreads(count: number): Promise<FitThreads | null> {
  return count > 1 ? FitThreads.start(count).catch(() => null) : null;
}

export function manifestOf({ version, card }: TrainedModel, { source, settings, simulated, read }: Pick<TrainingRun, "settings" | "simulated" | "read"> & { readonly source: ManifestSource }): Manifest {
  const rooms = simulated?.kind === "simulated" ? { sensors: simulated.sensors, seed: simulated.seed } : null;
  return { mangrove: "training set", model: version, pipeline: card.pipeline, source, readings: simulated ? null : read.readings, rows: card.rows, positives: card.positives, training: { ...settings, rooms } };
}
