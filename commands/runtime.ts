import process from "node:process";
import { dirname, join } from "node:path";
import { LOCAL_MODEL_PATH, readConfig, type Config } from "../engine/config.ts";
import { ModelStore, type Model } from "../engine/model/model-store.ts";
import { LiveFeed } from "../engine/live/live-feed.ts";
import { Metrics } from "../engine/monitoring/metrics.ts";
import { topic } from "../engine/pipeline/endpoint.ts";
import type { Pipeline } from "../engine/pipeline/pipeline.ts";
import { LiveWindows } from "../engine/task/live-windows.ts";
import { loadKernel, type Kernel } from "../kernel-as/host/kernel.ts";
import packageJson from "../package.json" with { type: "json" };
import type { Arguments } from "./command.ts";
import { PIPELINE, pipelineFor, type Simulation } from "./pipeline-file.ts";
import { runtimeName } from "./runtime-name.ts";
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
  /** The windows of the sensors that an engine in this process reads. */
  readonly live: LiveWindows;
  /** What happens in this process, for GET /events. */
  readonly feed: LiveFeed;
}

/** For the pipeline that the arguments name; the smoke pipeline else. `modelPath`: where `--model-path` would say it. */
export async function openRuntime(given: Arguments, { modelPath = given.text("model-path") }: { readonly modelPath?: string | undefined } = {}): Promise<Runtime> {
  const kernel = await loadKernel();
  const { pipeline: found, Simulation, isOwn } = await pipelineFor(given);
  const read = readConfig(process.env);
  const config = isOwn ? read : withOwnModel(read, found);
  const pipeline = isOwn ? found.readFrom(topic(config.kafkaTopic)) : found;
  const models = new ModelStore({
    kernel,
    pipeline,
    path: modelPath ?? config.modelPath,
    now: Date.now,
    onProblem: (problem) => tell(`${problem.code}: ${problem.message}${models.current ? ` Version ${models.current.version} stays in use.` : ""}`, { event: "model.problem" }),
  });
  const metrics = new Metrics();
  metrics.build({ version, ...runtimeName() });
  metrics.alertKinds(pipeline.alertKinds);
  if (config.originalMetrics) metrics.tellOriginal(pipeline.schema.fields.map(({ name }) => name));
  return { config, kernel, pipeline, pipelineFile: given.optionalOperand(PIPELINE.name) ?? null, Simulation, models, metrics, live: new LiveWindows(), feed: new LiveFeed({ event: pipeline.event, perSecond: config.eventsPerSecond, now: Date.now }) };
}

/** MODEL_PATH is for whichever pipeline a command is given. Without it, and where it names what is smoke's anyway, each has a file of its own. */
function withOwnModel(config: Config, { name }: Pipeline): Config {
  const localModelPath = join(dirname(LOCAL_MODEL_PATH), `${name}.json`);
  return { ...config, localModelPath, modelPath: config.modelPath === LOCAL_MODEL_PATH ? localModelPath : config.modelPath };
}

/** Whether readings of the pipeline can be made up. */
export function isSimulated({ pipelineFile, Simulation }: Pick<Runtime, "pipelineFile" | "Simulation">): boolean {
  return pipelineFile === null || Simulation !== null;
}

/** Follows the model file until the signal aborts, and says when another version is in use. */
export function followModel({ config, models, metrics, feed }: Runtime, signal: AbortSignal): void {
  const told = () => {
    const model = models.current;
    if (!model) return;
    metrics.model(model, Date.now());
  };
  told();
  models.watch(config.modelReloadIntervalMs, signal, () => {
    told();
    if (models.current) feed.model(models.current);
    tell(`model   version ${models.current?.version} is in use now${trialText(models.current?.trial)}`, { event: "model.swapped", fields: { version: models.current?.version ?? null } });
  });
}

/** `trial` of a model, for people, behind what is said of the model. */
export function trialText(trial: Model["trial"] | undefined): string {
  if (!trial) return "";
  const sensors = trial.share === 1 ? "all sensors" : `${Number((trial.share * 100).toPrecision(3))} % of the sensors`;
  return trial.mode === "shadow" ? `; ${trial.version} scores in its shadow, for ${sensors}` : `; ${trial.version} scores instead for ${sensors}`;
}
