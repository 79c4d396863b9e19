import { featureNames } from "../../engine/features/features.ts";
import { topic } from "../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import { ReplaySource } from "../../engine/source/replay.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { defaultParameters, type TrainingParameters } from "../../kernel-as/model/training.ts";
import { smokeSchema } from "../../pipelines/smoke-schema.ts";
import smoke from "../../pipelines/smoke.ts";
import { travelling } from "../../pipelines/travelling.ts";
import { readDataset, type Dataset } from "../../trainer/dataset.ts";
import { showSomeAlone } from "../../trainer/shown-alone.ts";
import { compare, type CompareOptions, type Experiment } from "./compare.ts";
import type { Comparison } from "./comparison.ts";
import { chooseFeatures, type FeatureChoiceResult } from "./feature-choice.ts";
import { blockFolds, blocksOf, recordingSplits, someLearned } from "./recording-splits.ts";

/** LightGBM's own defaults with twice its trees; what XGBoost and we call the same has the same value. */
const parameters: TrainingParameters = { ...defaultParameters, rounds: 200, grow_policy: "lossguide", max_depth: 0, max_leaves: 31, eta: 0.1, lambda: 0, min_child_weight: 1e-3, min_data_in_leaf: 20 };

const recording = pipeline("recording").from(topic("smoke_sensor_data"), smokeSchema).eventTime("UTC", { maxOutOfOrderness: "10s" }).keyBy("sensor_id").features(travelling());

export interface RecordingOptions extends Omit<CompareOptions, "parameters"> {
  readonly path: string;
  /** Other chances that each experiment is done again by. */
  readonly draws: number;
}

export interface RecordingResult {
  readonly parameters: TrainingParameters;
  readonly splits: readonly Comparison[];
  readonly blocks: readonly Comparison[];
  readonly travelling: FeatureChoiceResult;
}

/** How good models of the smoke recording are, ours beside the peers': by single splits, by blocks in five folds, and whether `travelling()` helps. */
export async function recordingQuality({ path, draws, ...options }: RecordingOptions): Promise<RecordingResult> {
  const { kernel, signal, onStep } = options;
  const dataset = await readRecording(kernel, path, signal);
  const data = { features: dataset.features, width: dataset.featureNames.length, labels: dataset.labels };
  const compareAll = async (experiments: readonly Experiment[]) => {
    const comparisons: Comparison[] = [];
    for (const each of experiments) comparisons.push(await compare(data, each, { ...options, parameters }));
    return comparisons;
  };
  return {
    parameters,
    splits: await compareAll(splitExperiments(dataset, draws)),
    blocks: await compareAll(blockExperiments(dataset, draws)),
    travelling: await chooseFeatures({ ...data, learned: partlyAlone(dataset) }, travellingChoice(dataset, draws), { kernel, signal, parameters: defaultParameters, onStep }),
  };
}

/** The recording with all features that any experiment reads. */
export async function readRecording(kernel: Kernel, path: string, signal?: AbortSignal): Promise<Dataset> {
  const source = new ReplaySource({ path, schema: smokeSchema, topic: "smoke_sensor_data", speed: "max" });
  return (await readDataset(kernel, recording, source, signal)).dataset;
}

function splitExperiments(dataset: Dataset, draws: number): Experiment[] {
  const columns = columnsFrom(0, dataset.fieldFeatures);
  return recordingSplits(dataset).map(({ name, title, fold }) => ({
    name,
    title: `${title}: ${sizes([fold])}`,
    columns,
    folds: [fold],
    draws: Array.from({ length: draws }, (_, draw) => [someLearned(fold, draw + 1)]),
    groupOf: null,
  }));
}

function blockExperiments(dataset: Dataset, draws: number): Experiment[] {
  const { fieldFeatures, pointFeatures, featureNames: names } = dataset;
  const [points, windows] = [columnsFrom(0, fieldFeatures), columnsFrom(pointFeatures, names.length)];
  const sets = [["points", `${points.length} point features`, points], ["windows", `${windows.length} of trailing windows`, windows], ["both", "both", [...points, ...windows]]] as const;
  const { blockOf } = blocksOf(dataset);
  const permutations = Array.from({ length: draws + 1 }, (_, draw) => draw + 1);
  return [false, true].flatMap((purged) => {
    const [folds, ...others] = permutations.map((seed) => blockFolds(dataset, { seed, purged }));
    return sets.map(([name, title, columns]): Experiment => ({
      name: `blocks-${purged ? "purged-" : ""}${name}`,
      title: `10-minute blocks in five folds, ${purged ? `${dataset.longestSpanMs / 1000} s around them not learned` : "without a gap"}; ${title}: ${sizes(folds!)}`,
      columns,
      folds: folds!,
      draws: others,
      groupOf: blockOf,
    }));
  });
}

function travellingChoice(dataset: Dataset, draws: number) {
  const sets = new Map([
    ["travelling()", columnsFrom(0, dataset.featureNames.length)],
    ['trailing("1m", "5m")', featureNames(smoke).map((name) => dataset.featureNames.indexOf(name))],
  ]);
  const trials = Array.from({ length: draws + 1 }, (_, draw) => blockFolds(dataset, { seed: draw + 1, purged: true }));
  return { name: "travelling", title: `Features, with the parameters of npm run train: ${sizes(trials[0]!)}`, sets, trials, groupOf: blocksOf(dataset).blockOf };
}

/** The features as `npm run train` shows them to a model: one row in five without its history. */
function partlyAlone(dataset: Dataset): Float32Array {
  const features = dataset.features.slice();
  showSomeAlone(features, dataset, Uint32Array.from(dataset.labels.keys()), defaultParameters.seed);
  return features;
}

function columnsFrom(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, i) => first + i);
}

function sizes(folds: Experiment["folds"]): string {
  const rows = (part: "train" | "test") => folds.reduce((sum, each) => sum + each[part].length, 0).toLocaleString("en");
  return folds.length === 1 ? `${rows("train")} rows learned, ${rows("test")} tested` : `${rows("train")} rows learned in all, ${rows("test")} tested`;
}
