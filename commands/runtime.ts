import process from "node:process";
import { readConfig, type Config } from "../engine/config.ts";
import { ModelStore } from "../engine/model/model-store.ts";
import { Metrics } from "../engine/monitoring/metrics.ts";
import { topic } from "../engine/pipeline/endpoint.ts";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import { loadKernel, type Kernel } from "../kernel-as/host/kernel.ts";
import packageJson from "../package.json" with { type: "json" };
import smoke from "../pipelines/smoke.ts";
import { tell } from "./terminal.ts";

/** Of the program. */
export const { version } = packageJson;

/** What every command stands on. */
export interface Runtime {
  readonly config: Config;
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  readonly models: ModelStore;
  readonly metrics: Metrics;
}

export async function openRuntime(options: { modelPath?: string | undefined } = {}): Promise<Runtime> {
  const config = readConfig(process.env);
  const kernel = await loadKernel();
  const pipeline = smoke.readFrom(topic(config.kafkaTopic));
  const models = new ModelStore({
    kernel,
    pipeline,
    path: options.modelPath ?? config.modelPath,
    now: Date.now,
    onProblem: (problem) => tell(`${problem.code}: ${problem.message}${models.current ? ` Version ${models.current.version} stays in use.` : ""}`),
  });
  return { config, kernel, pipeline, models, metrics: new Metrics() };
}

/** Follows the model file until the signal aborts, and says when another version is in use. */
export function followModel({ config, models, metrics }: Runtime, signal: AbortSignal): void {
  const told = () => {
    const model = models.current;
    if (!model) return;
    metrics.model({ version: model.version, trainedOn: model.trainedOn });
  };
  told();
  models.watch(config.modelReloadIntervalMs, signal, () => {
    told();
    tell(`model   version ${models.current?.version} is in use now`);
  });
}
