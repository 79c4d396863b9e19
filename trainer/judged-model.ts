import type { Kernel } from "../kernel-as/host/kernel.ts";
import { Forest } from "../kernel-as/host/forest.ts";
import { trainForest } from "../kernel-as/host/train.ts";
import type { ModelCard, SplitReport, TrainedOn } from "../kernel-as/model/card.ts";
import type { ForestModel } from "../kernel-as/model/forest.ts";
import { binsOf } from "../kernel-as/model/feature-bins.ts";
import type { TrainingParameters } from "../kernel-as/model/training.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Dataset } from "./dataset.ts";
import { score } from "./metrics.ts";
import { showSomeAlone } from "./shown-alone.ts";
import { splits, type Fold, type Split } from "./split.ts";

/** Probabilities from here on are called fire. */
const THRESHOLD = 0.5;

export interface TrainProgress {
  /** What is being trained, for people. */
  readonly what: string;
  readonly trees: number;
  readonly ofTrees: number;
}

export interface TrainModelOptions {
  readonly kernel: Kernel;
  readonly dataset: Dataset;
  readonly pipelineName: string;
  readonly trainedOn: TrainedOn;
  readonly parameters: TrainingParameters;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainProgress) => void;
}

/** Judges the parameters on three splits, then trains on all rows. Same dataset, same bytes. */
export async function trainModel(options: TrainModelOptions): Promise<{ forest: ForestModel; card: ModelCard }> {
  const { dataset, parameters } = options;
  const all = Uint32Array.from({ length: dataset.rows }, (_, row) => row);
  if (!bothClasses(dataset, all)) {
    throw new MangroveError("MGV_TRAIN_DATA", `All ${dataset.rows} labelled readings are ${dataset.labels[0] === 1 ? "fire" : "no fire"}: a model needs both.`);
  }
  const plan = splits(dataset);
  const ofTrees = (1 + plan.flatMap(({ folds }) => folds).filter(({ train }) => bothClasses(dataset, train)).length) * parameters.rounds;
  let done = 0;
  const fit = async (rows: Uint32Array, what: string) => {
    const before = done;
    done += parameters.rounds;
    return fitRows(options, rows, (trees) => options.onProgress?.({ what, trees: before + trees, ofTrees }));
  };

  const reports: SplitReport[] = [];
  for (const split of plan) reports.push(await judge(options, split, fit));
  const forest = await fit(all, "the model");
  const card: ModelCard = {
    pipeline: options.pipelineName,
    features: dataset.featureNames,
    threshold: THRESHOLD,
    trainedOn: options.trainedOn,
    rows: dataset.rows,
    positives: dataset.labels.reduce((sum, label) => sum + label, 0),
    parameters,
    splits: reports,
  };
  return { forest, card };
}

function bothClasses({ labels }: Dataset, rows: Uint32Array): boolean {
  return rows.some((row) => labels[row] !== labels[rows[0]!]);
}

/** Scores every test row by the model of its fold, all folds together. Folds whose training rows are of one class predict that class. */
async function judge(
  { kernel, dataset }: TrainModelOptions,
  { name, title, meaning, folds }: Split,
  fit: (rows: Uint32Array, what: string) => Promise<ForestModel>,
): Promise<SplitReport> {
  if (folds.length === 0) return { name, title, meaning, metrics: null };
  const labels: number[] = [];
  const probabilities: number[] = [];
  for (const [number, { train, test }] of folds.entries()) {
    const predicted = bothClasses(dataset, train)
      ? predictRows(kernel, await fit(train, `${title}, ${number + 1} of ${folds.length}`), dataset, test)
      : new Float32Array(test.length).fill(dataset.labels[train[0] ?? 0]!);
    for (const row of test) labels.push(dataset.labels[row]!);
    for (const p of predicted) probabilities.push(p);
  }
  return { name, title, meaning, metrics: score(labels, probabilities, THRESHOLD) };
}

async function fitRows({ kernel, dataset, parameters, signal }: TrainModelOptions, rows: Uint32Array, onRound: (trees: number) => void): Promise<ForestModel> {
  const features = pick(dataset, rows);
  const width = dataset.featureNames.length;
  showSomeAlone(features, dataset, rows);
  const labels = Float32Array.from(rows, (row) => dataset.labels[row]!);
  const bins = binsOf(features, width);
  const { forest } = await trainForest(kernel, { features, labels, bins, parameters }, { onRound: ({ round }) => onRound(round), ...(signal && { signal }) });
  return forest;
}

function predictRows(kernel: Kernel, forest: ForestModel, dataset: Dataset, rows: Fold["test"]): Float32Array {
  using scorer = new Forest(kernel, forest);
  return scorer.predict(pick(dataset, rows), new Float32Array(rows.length));
}

function pick({ features, featureNames }: Dataset, rows: Uint32Array): Float32Array<ArrayBuffer> {
  const width = featureNames.length;
  const picked = new Float32Array(rows.length * width);
  rows.forEach((row, i) => picked.set(features.subarray(row * width, (row + 1) * width), i * width));
  return picked;
}
