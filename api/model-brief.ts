import { basename } from "node:path";
import { ALGORITHM } from "../kernel-as/model/card.ts";
import type { Model, ModelStore } from "../engine/model/model-store.ts";
import type { ModelBrief } from "./contract.ts";
import type { Refusal } from "./problem.ts";

export function briefOf(model: Pick<Model, "version" | "trainedOn">): ModelBrief {
  return { algorithm: ALGORITHM, version: model.version, trained_on: model.trainedOn };
}

/** Name of the model file: clients are not told where it lies. */
export function modelFile(models: ModelStore): string {
  return basename(models.path);
}

/** What is wrong with the model file as clients may read it; null when it is in use. */
export function modelProblem(models: ModelStore): string | null {
  const { problem } = models;
  if (problem === null) return models.current ? null : "No model has been looked for yet.";
  return problem.message.replaceAll(models.path, modelFile(models));
}

/** Why nothing can be scored yet; null where it can. `ready`: what the process waits for besides. */
export function notReady(models: ModelStore, ready: (() => string | null) | undefined): Refusal | null {
  return models.current ? waiting(ready) : noModel(models);
}

/** Null where nothing is waited for, be there a model or not. */
export function waiting(ready: (() => string | null) | undefined): Refusal | null {
  const waitingFor = ready?.() ?? null;
  return waitingFor === null ? null : { code: "MGV_NOT_READY", detail: `Waiting for ${waitingFor}.` };
}

/** The answer while there is no model to score with. */
export function noModel(models: ModelStore): Refusal {
  return { code: "MGV_MODEL_MISSING", detail: `Waiting for a model. ${modelProblem(models)}` };
}
