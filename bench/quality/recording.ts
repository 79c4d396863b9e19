import { featureNames } from "../../engine/features/features.ts";
import { topic } from "../../engine/pipeline/endpoint.ts";
import { trailing } from "../../engine/pipeline/feature-set.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import { ReplaySource } from "../../engine/source/replay.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { defaultParameters, type TrainingParameters } from "../../kernel-as/model/training.ts";
import { smokeSchema } from "../../pipelines/smoke-schema.ts";
import { ratios } from "../../pipelines/travelling.ts";
import { readDataset, type Dataset } from "../../trainer/dataset.ts";
import { asLearned } from "../../trainer/shown-alone.ts";
import type { Fold } from "../../trainer/split.ts";
import { compare, type CompareOptions, type Experiment } from "./compare.ts";
import type { Comparison } from "./comparison.ts";
import { chooseFeatures, type FeatureChoiceResult } from "./feature-choice.ts";
import { blockFolds, blocksOf, recordingSplits, someLearned } from "./recording-splits.ts";

/** LightGBM's own defaults, with twice its trees and another least number of rows in a leaf where that is asked for. */
const likeLightgbm: TrainingParameters = { ...defaultParameters, rounds: 200, grow_policy: "lossguide", max_depth: 0, max_leaves: 31, eta: 0.1, lambda: 0, min_child_weight: 1e-3 };

const recording = pipeline("recording").from(topic("smoke_sensor_data"), smokeSchema).eventTime("UTC", { maxOutOfOrderness: "10s" }).keyBy("sensor_id").features(trailing("10s", "1m", "5m", { of: ["level", "change", "slope", "spread", "baseline"] }), ratios());

export interface RecordingOptions extends Omit<CompareOptions, "parameters"> {
  readonly path: string;
  /** How often a single split is done again, with other rows to learn from. */
  readonly draws: number;
  /** Ways to deal blocks to folds. */
  readonly permutations: number;
  /** 20 is LightGBM's default. */
  readonly minDataInLeaf: number;
  /** Only the experiments whose names begin so. */
  readonly only: string;
}

export interface RecordingResult {
  readonly parameters: TrainingParameters;
  readonly splits: readonly Comparison[];
  readonly blocks: readonly Comparison[];
  readonly features: FeatureChoiceResult | null;
}

/** How good models of the smoke recording are, ours beside the peers': by single splits, by blocks in five folds, and whether more features help. Tells each comparison when it is made. */
export async function recordingQuality({ path, draws, permutations, minDataInLeaf, only, ...options }: RecordingOptions, onComparison: (comparison: Comparison) => void): Promise<RecordingResult> {
  const { kernel, signal, onStep } = options;
  const parameters = { ...likeLightgbm, min_data_in_leaf: minDataInLeaf };
  const dataset = await readRecording(kernel, path, signal);
  const data = { features: dataset.features, width: dataset.featureNames.length, labels: dataset.labels };
  const compareAll = async (experiments: readonly Experiment[]) => {
    const comparisons: Comparison[] = [];
    for (const each of experiments) {
      if (!each.name.startsWith(only)) continue;
      const comparison = await compare(data, each, { ...options, parameters });
      onComparison(comparison);
      comparisons.push(comparison);
    }
    return comparisons;
  };
  const splits = await compareAll(splitExperiments(dataset, draws));
  const choice = featureChoice(dataset, permutations);
  const chosen = choice.name.startsWith(only) ? await chooseFeatures({ ...data, learned: partlyAlone(dataset) }, choice, { kernel, signal, parameters: defaultParameters, onStep }) : null;
  if (chosen) onComparison(chosen);
  return { parameters, splits, features: chosen, blocks: await compareAll(blockExperiments(dataset, permutations)) };
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
    trials: [[fold], ...Array.from({ length: draws }, (_, draw) => [someLearned(fold, draw + 1)])],
    allDrawn: false,
    groupOf: null,
  }));
}

function blockExperiments(dataset: Dataset, permutations: number): Experiment[] {
  const { fieldFeatures, pointFeatures, featureNames: names } = dataset;
  const [points, windows] = [columnsFrom(0, fieldFeatures), columnsFrom(pointFeatures, names.length)];
  const sets = [["points", `${points.length} point features`, points], ["windows", `${windows.length} of trailing windows`, windows], ["both", "both", [...points, ...windows]]] as const;
  const { blockOf } = blocksOf(dataset);
  return [false, true].flatMap((purged) => {
    const trials = Array.from({ length: purged ? permutations : 1 }, (_, i) => blockFolds(dataset, { seed: i + 1, purged }));
    return sets.map(([name, title, columns]): Experiment => ({
      name: `blocks-${purged ? "purged-" : ""}${name}`,
      title: `10-minute blocks in five folds, ${purged ? `${dataset.longestSpanMs / 1000} s around them not learned` : "without a gap"}; ${title}: ${sizes(trials[0]!)}`,
      columns,
      trials,
      allDrawn: true,
      groupOf: blockOf,
    }));
  });
}

function featureChoice(dataset: Dataset, permutations: number) {
  const sets = new Map([
    ["five kinds over three spans, and ratios", columnsFrom(0, dataset.featureNames.length)],
    ['trailing("1m", "5m")', featureNames({ schema: smokeSchema, spansMs: [60_000, 300_000] }).map((name) => dataset.featureNames.indexOf(name))],
  ]);
  const trials = Array.from({ length: permutations }, (_, i) => blockFolds(dataset, { seed: i + 1, purged: true }));
  return { name: "features", title: `Features, with the parameters of npm run train: ${sizes(trials[0]!)}`, sets, trials, groupOf: blocksOf(dataset).blockOf };
}

/** The features as `npm run train` shows them to a model: one row in five without its history. */
function partlyAlone(dataset: Dataset): Float32Array {
  const features = dataset.features.slice();
  asLearned(features, dataset, Uint32Array.from(dataset.labels.keys()), { seed: defaultParameters.seed });
  return features;
}

function columnsFrom(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, i) => first + i);
}

function sizes(folds: readonly Fold[]): string {
  const rows = (part: "train" | "test") => folds.reduce((sum, each) => sum + each[part].length, 0).toLocaleString("en");
  return folds.length === 1 ? `${rows("train")} rows learned, ${rows("test")} tested` : `${rows("train")} rows learned in all, ${rows("test")} tested`;
}
