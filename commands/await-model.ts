import { setTimeout as delay } from "node:timers/promises";
import type { Runtime } from "./runtime.ts";
import { tell } from "./terminal.ts";

/** How often a model is looked for at least. */
const LOOK_MS = 1_000;

/** Waits until another process has put a model in its place, and tells of that once. Throws what is wrong with it; the signal's reason. */
export async function awaitModel(runtime: Pick<Runtime, "config" | "models" | "pipelineFile">, signal: AbortSignal): Promise<void> {
  const { models, pipelineFile } = runtime;
  await models.refresh();
  const isMissing = () => models.current === null && models.problem?.code === "MGV_MODEL_MISSING";
  if (isMissing()) {
    const train = pipelineFile === null ? "npm run train" : `mangrove train ${pipelineFile} --data FILE.csv`;
    tell(`model   there is none at ${models.path}, and ML_AUTO_TRAIN_ON_STARTUP=false leaves it to others: waiting for that of mangrove trainer, or of ${train}`, { event: "model.awaited" });
  }
  while (isMissing()) await lookAgain(runtime, signal);
  models.require();
}

/** Looks at the model file once more, a moment later. Throws the signal's reason. */
export async function lookAgain({ config, models }: Pick<Runtime, "config" | "models">, signal: AbortSignal): Promise<void> {
  await delay(Math.min(config.modelReloadIntervalMs, LOOK_MS), undefined, { signal }).catch(() => {});
  signal.throwIfAborted();
  await models.refresh();
}
