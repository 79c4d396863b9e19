import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import type { Kernel } from "../kernel-as/host/kernel.ts";
import { cardOf, withCard, type ModelCard, type TrainedOn } from "../kernel-as/model/card.ts";
import { readModel } from "../kernel-as/model/formats/formats.ts";
import { xgboostJson } from "../kernel-as/model/formats/xgboost/json.ts";
import type { ForestModel } from "../kernel-as/model/forest.ts";
import type { DatasetReport } from "./dataset.ts";
import { trainModel, type JudgedModel } from "./judged-model.ts";
import { findLeaks, type Finding } from "./leaks.ts";
import type { ManifestSource, Manifest, TrainingSettings } from "./manifest.ts";
import { versionOf } from "../engine/model/version.ts";
import type { TrainProgress } from "./row-trainer.ts";
import { splitsNamed } from "./split-named.ts";

export interface TrainingRun {
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  readonly read: DatasetReport;
  /** Null: readings. */
  readonly simulated: TrainedOn | null;
  readonly settings: TrainingSettings;
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
export async function trainOn({ kernel, pipeline, read: { dataset, readings }, simulated, settings, signal, onProgress }: TrainingRun): Promise<TrainedModel> {
  const { parameters, judgeBy, newRooms, falseAlarmsPerSensorDay, calibration } = settings;
  const trained = await trainModel({
    kernel,
    dataset,
    pipelineName: pipeline.name,
    trainedOn: simulated ?? readings,
    parameters,
    ...(judgeBy && { judgeBy: splitsNamed(dataset, judgeBy) }),
    forNewRooms: newRooms || simulated !== null,
    falseAlarmsPerSensorDay,
    calibration,
    holdOffMs: pipeline.holdOffMs,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  // that neighbours stand on both sides of the random split is said where it is shown
  const findings = await findLeaks({ dataset, splits: trained.splits.filter(({ name }) => name !== "random") });
  const card = findings.length === 0 ? trained.card : { ...trained.card, findings: findings.map(({ sentence }) => sentence) };
  const model = withCard(trained.forest, card);
  const bytes = xgboostJson.write(model);
  cardOf(readModel(bytes).model); // what could not be read again must not take the place of what can
  return { ...trained, model, card, bytes, version: versionOf(bytes), findings };
}

export function manifestOf({ version, card }: TrainedModel, { source, settings, simulated, read }: Pick<TrainingRun, "settings" | "simulated" | "read"> & { readonly source: ManifestSource }): Manifest {
  const rooms = simulated?.kind === "simulated" ? { sensors: simulated.sensors, seed: simulated.seed } : null;
  return { mangrove: "training set", model: version, pipeline: card.pipeline, source, readings: simulated ? null : read.readings, rows: card.rows, positives: card.positives, training: { ...settings, rooms } };
}
