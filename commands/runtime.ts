import process from "node:process";
import { dirname, join } from "node:path";
import { LOCAL_MODEL_PATH, readConfig, type Config } from "../engine/config.ts";
import { ModelStore } from "../engine/model/model-store.ts";
import { Metrics } from "../engine/monitoring/metrics.ts";
import { topic } from "../engine/pipeline/endpoint.ts";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import { loadKernel, type Kernel } from "../kernel-as/host/kernel.ts";
import packageJson from "../package.json" with { type: "json" };
import type { Arguments } from "./command.ts";
import { PIPELINE, pipelineFor, type Simulation } from "./pipeline-file.ts";
import { tell } from "./terminal.ts";

/** Of the program. */
export const { version } = packageJson;

/** What every command stands on. */
export interface Runtime {
  readonly config: Config;
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  /** The file that it comes from; null: the smoke pipeline. */
  readonly pipelineFile: string | null;
  /** Messages to try the pipeline with and to learn from; null: simulated rooms. */
  readonly Simulation: Simulation | null;
  readonly models: ModelStore;
  readonly metrics: Metrics;
}

/** For the pipeline that the arguments name, which has its own model beside that of smoke; the smoke pipeline else. */
export async function openRuntime(given: Arguments): Promise<Runtime> {
  const kernel = await loadKernel();
  const { pipeline: found, Simulation, isOwn } = await pipelineFor(given);
  const read = readConfig(process.env);
  const config = isOwn ? read : { ...read, modelPath: join(dirname(LOCAL_MODEL_PATH), `${found.name}.json`) };
  const pipeline = isOwn ? found.readFrom(topic(config.kafkaTopic)) : found;
  const models = new ModelStore({
    kernel,
    pipeline,
    path: given.text("model-path") ?? config.modelPath,
    now: Date.now,
    onProblem: (problem) => tell(`${problem.code}: ${problem.message}${models.current ? ` Version ${models.current.version} stays in use.` : ""}`),
  });
  return { config, kernel, pipeline, pipelineFile: given.optionalOperand(PIPELINE.name) ?? null, Simulation, models, metrics: new Metrics() };
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
