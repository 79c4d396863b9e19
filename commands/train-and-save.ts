import { availableParallelism } from "node:os";
import { basename, resolve } from "node:path";
import type { Config } from "../engine/config.ts";
import { LOCAL_MODEL_PATH } from "../engine/config.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { Forest } from "../kernel-as/host/forest.ts";
import type { Kernel } from "../kernel-as/host/kernel.ts";
import type { ModelCard } from "../kernel-as/model/card.ts";
import { findLeaks } from "../trainer/leaks.ts";
import { manifestPathOf, type Manifest, type TrainingSettings } from "../trainer/manifest.ts";
import type { LogEntry } from "../trainer/registry/entry.ts";
import { modelName } from "../trainer/registry/model-name.ts";
import { Registry, type About } from "../trainer/registry/registry.ts";
import { cardPage } from "../trainer/report/card-page.ts";
import { reportOf } from "../trainer/report/report-of.ts";
import type { Cost, Report } from "../trainer/report/report.ts";
import type { SearchResult } from "../trainer/search.ts";
import type { Split } from "../trainer/split.ts";
import { manifestOf, trainOn } from "../trainer/trained-model.ts";
import { mustBeTheModel, mustBeTheReadings } from "./made-again.ts";
import { peakMiB } from "./peak-memory.ts";
import { Phases } from "./phases.ts";
import { trainingProgress } from "./terminal.ts";
import { trainingCommand } from "./training-command.ts";
import { openTrainingInput, readTrainingInput, type TrainingInputOptions } from "./training-input.ts";

export interface TrainAndSaveOptions extends Pick<TrainingInputOptions, "pipeline" | "pipelineFile" | "Simulation" | "dataset" | "history"> {
  readonly kernel: Kernel;
  readonly settings: TrainingSettings;
  /** Trials that the parameters were chosen from, for the report. */
  readonly search?: SearchResult | null;
  /** What is to be made again. */
  readonly again?: Manifest | null;
  readonly paths: readonly string[];
  /** Where the pipeline's own model lies: a model of other data must not go there. */
  readonly modelPath: string;
  /** The same without MODEL_PATH. */
  readonly localModelPath: string;
  /** By whom and why it is trained, for the registry. */
  readonly about: About;
  /** Told when the pipeline's own model is another one. */
  readonly onChange?: (done: LogEntry) => Promise<void> | void;
  readonly signal: AbortSignal;
  /** Milliseconds, for the time that each phase takes. */
  readonly now?: () => number;
}

/** Reads or simulates, trains, judges, and makes the model the champion of each path, its card and its manifest kept with it. Tells its progress on stderr. Throws `MGV_TRAIN_DATA` where `again` cannot be made again. */
export async function trainAndSave(options: TrainAndSaveOptions): Promise<{ card: ModelCard; report: Report }> {
  const { kernel, signal, paths, about, onChange, settings, search = null, again = null, now = () => performance.now() } = options;
  const phases = new Phases(now);
  await using input = await openTrainingInput({ ...options, label: settings.label, group: settings.group, ...(settings.rooms && { rooms: settings.rooms.sensors, seed: settings.rooms.seed }) });
  if (input.isOther) mustNotReplaceOwn(options);
  const { pipeline, simulated } = input;
  const source = await input.source();
  const read = await phases.of("reading", () => readTrainingInput(kernel, input, signal));
  if (again !== null) mustBeTheReadings(again, read.readings, source);
  const { dataset } = read;
  const trained = await phases.of("training and judging", () => trainOn({ kernel, pipeline, read, simulated, settings, threads: availableParallelism(), signal, onProgress: trainingProgress() }));
  const { card, bytes, version, judged, rounds, model } = trained;
  if (again !== null) mustBeTheModel(again, version);
  const findings = await phases.of("looking for leaks", () => (input.path === null ? trained.findings : findLeaks({ dataset, splits: honest(trained.splits), file: { path: input.path, schema: pipeline.schema } })));
  using forest = new Forest(kernel, model);
  const report = await phases.of("profile and weights", () => reportOf({ name: modelName(paths[0]!), version, forest, card, source: input.name, isLearned: true, dataset, judged, rounds, findings, search }));
  const manifest = manifestOf(trained, { source, settings, simulated, read });
  for (const path of paths) {
    const named = { ...report, model: { ...report.model, name: modelName(path) } };
    const command = trainingCommand({ ...options, ...settings, manifest: source.kind === "history" ? manifestPathOf(path, version) : null, path });
    const registry = await Registry.open({ path, now: Date.now, ...(onChange && path === options.modelPath && { onChange }) });
    await registry.keep(bytes, { by: about.by, verdict: "challenger", reasons: [about.reason], report: named, manifest, card: cardPage(named, command) });
    await registry.promote(version, about);
  }
  const cost: Cost = { phases: phases.done, peakMiB: peakMiB() };
  return { card, report: { ...report, cost } };
}

function honest(splits: readonly Split[]): Split[] {
  return splits.filter(({ name }) => name !== "random");
}

function mustNotReplaceOwn({ pipeline: own, dataset, paths, modelPath, localModelPath }: TrainAndSaveOptions): void {
  const ownPaths = new Set([LOCAL_MODEL_PATH, modelPath, localModelPath].map((each) => resolve(each)));
  if (!paths.some((each) => ownPaths.has(resolve(each)))) return;
  throw new MangroveError("MGV_USAGE", `${basename(dataset ?? "")} has not the columns of the ${own.name} pipeline, so its model must not take the place of that one: name a file with --out.`);
}

/** Where a trained model goes: MODEL_PATH, and ./models too when MODEL_PATH is somewhere else. Throws `MGV_CONFIG` for nowhere. */
export function savePaths(config: Config): string[] {
  const paths = new Set<string>();
  if (config.saveLocal) paths.add(config.localModelPath);
  if (config.saveShared) paths.add(config.modelPath);
  if (paths.size > 0) return [...paths];
  throw new MangroveError("MGV_CONFIG", "MODEL_SAVE_LOCAL and MODEL_SAVE_SHARED are both false: a trained model would be saved nowhere. Set one of them, or use --out FILE.");
}
