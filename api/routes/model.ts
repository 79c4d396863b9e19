import { basename } from "node:path";
import { createRoute } from "@hono/zod-openapi";
import { featureNames } from "../../engine/features/features.ts";
import type { Model } from "../../engine/model/model-store.ts";
import { modelInfoSchema, type ModelInfo } from "../contract.ts";
import { ALGORITHM } from "../../kernel-as/model/card.ts";
import { noModel } from "../model-brief.ts";
import type { Api, AppOptions } from "../options.ts";
import { refuse } from "../problem.ts";
import { addRoute, answers } from "./route.ts";

/** Held out in blocks of time: neighbours in time are not on both sides, as they are in a random split. */
const METRICS_SPLIT = "blocks";

export function modelRoutes(app: Api, { models, pipeline }: AppOptions): void {
  addRoute(app, info, (c) => {
    const model = models.current;
    if (!model) return refuse(c, noModel(models));
    return c.json(infoOf(model, { name: basename(models.path, ".json"), features: featureNames(pipeline) }), 200);
  });
}

function infoOf(model: Model, { name, features }: { name: string; features: string[] }): ModelInfo {
  const { card, version } = model;
  const metrics = card?.splits.find((split) => split.name === METRICS_SPLIT)?.metrics;
  return {
    model_name: name,
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
    loaded_at: new Date(model.loadedAtMs).toISOString(),
    model_metrics: metrics
      ? { accuracy: metrics.accuracy, precision: metrics.precision, recall: metrics.recall, f1_score: metrics.f1 }
      : null,
    metrics_split: METRICS_SPLIT,
    splits: [...(card?.splits ?? [])],
    findings: [...(card?.findings ?? [])],
  };
}

const info = createRoute({
  method: "get",
  path: "/model/info",
  summary: "The model in use: what it reads, what it was trained on, how well it did on rows it had not seen",
  responses: answers(modelInfoSchema, "The model in use", [503]),
});
