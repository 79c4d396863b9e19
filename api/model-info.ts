import { basename } from "node:path";
import { featureNames } from "../engine/features/features.ts";
import type { Model } from "../engine/model/model-store.ts";
import { ALGORITHM } from "../kernel-as/model/card.ts";
import type { ModelInfo } from "./contract.ts";
import type { AppOptions } from "./options.ts";

/** Held out in blocks of time: neighbours in time are not on both sides, as they are in a random split. */
const METRICS_SPLIT = "blocks";

/** All that is told of a model. */
export async function infoOf(model: Model, { models, pipeline, shelf }: Pick<AppOptions, "models" | "pipeline" | "shelf">): Promise<ModelInfo> {
  const { card, version } = model;
  const features = featureNames(pipeline);
  const metrics = card?.splits.find((split) => split.name === METRICS_SPLIT)?.metrics;
  const origin = await shelf?.origin(version).catch(() => null); // a registry that cannot be read hides no model
  return {
    model_name: basename(models.path, ".json"),
    model_type: "GradientBoostedTrees",
    algorithm: ALGORITHM,
    model_version: version,
    version,
    feature_count: model.forest.featureCount,
    features,
    feature_columns: features,
    threshold: model.threshold,
    threshold_reason: card?.thresholdReason ?? null,
    calibration: card?.calibration ?? null,
    trained_on: model.trainedOn,
    trained_on_detail: card?.trainedOn ?? null,
    training_rows: card?.rows ?? null,
    training_positives: card?.positives ?? null,
    parameters: card ? { ...card.parameters } : null,
    training_timestamp: origin?.time ?? null,
    loaded_at: new Date(model.loadedAtMs).toISOString(),
    accuracy: metrics?.accuracy ?? null,
    model_metrics: metrics
      ? { accuracy: metrics.accuracy, precision: metrics.precision, recall: metrics.recall, f1_score: metrics.f1 }
      : null,
    trial: model.trial && { model_version: model.trial.version, mode: model.trial.mode, share: model.trial.share },
    metrics_split: METRICS_SPLIT,
    splits: [...(card?.splits ?? [])],
    findings: [...(card?.findings ?? [])],
  };
}
