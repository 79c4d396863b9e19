import type { Kernel } from "../kernel-as/host/kernel.ts";
import { Forest } from "../kernel-as/host/forest.ts";
import { trainForest } from "../kernel-as/host/train.ts";
import type { Metrics, ModelCard, SplitReport, TrainedOn } from "../kernel-as/model/card.ts";
import type { ForestModel } from "../kernel-as/model/forest.ts";
import { binsOf } from "../kernel-as/model/feature-bins.ts";
import type { TrainingParameters } from "../kernel-as/model/training.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import type { Dataset } from "./dataset.ts";
import { score } from "./metrics.ts";
import { pickFeatures } from "./rows.ts";
import { showAlone, showSomeAlone } from "./shown-alone.ts";
import { splits, type Split } from "./split.ts";

/** Probabilities from here on are called fire. */
const THRESHOLD = 0.5;

/** Whose test rows are also judged without their history. */
const ALONE_SPLIT = "blocks";

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

/** Judges the parameters on three splits, which are given back, then trains on all rows. Same dataset, same bytes. */
export async function trainModel(options: TrainModelOptions): Promise<{ forest: ForestModel; card: ModelCard; splits: readonly Split[] }> {
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
  let alone: Metrics | null = null;
  for (const split of plan) {
    const judged = await judge(options, split, fit);
    reports.push(judged.report);
    if (split.name === ALONE_SPLIT) alone = judged.alone;
  }
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
    ...(alone && { alone }),
  };
  return { forest, card, splits: plan };
}

function bothClasses({ labels }: Dataset, rows: Uint32Array): boolean {
  return rows.some((row) => labels[row] !== labels[rows[0]!]);
}

/** Scores every test row by the model of its fold, all folds together; once more with all that looks back missing, where there is such. Folds whose training rows are of one class predict that class. */
async function judge(
  { kernel, dataset }: TrainModelOptions,
  { name, title, meaning, folds }: Split,
  fit: (rows: Uint32Array, what: string) => Promise<ForestModel>,
): Promise<{ report: SplitReport; alone: Metrics | null }> {
  if (folds.length === 0) return { report: { name, title, meaning, metrics: null }, alone: null };
  const looksBack = name === ALONE_SPLIT && dataset.pointFeatures < dataset.featureNames.length;
  const labels: number[] = [];
  const probabilities: number[] = [];
  const aloneProbabilities: number[] = [];
  for (const [number, { train, test }] of folds.entries()) {
    const forest = bothClasses(dataset, train) ? await fit(train, `${title}, ${number + 1} of ${folds.length}`) : null;
    const predict = (features: Float32Array) => (forest ? predictRows(kernel, forest, features, test.length) : new Float32Array(test.length).fill(dataset.labels[train[0] ?? 0]!));
    const features = pickFeatures(dataset.features, dataset.featureNames.length, test);
    for (const row of test) labels.push(dataset.labels[row]!);
    for (const p of predict(features)) probabilities.push(p);
    if (!looksBack) continue;
    for (let i = 0; i < test.length; i++) showAlone(features, dataset, i);
    for (const p of predict(features)) aloneProbabilities.push(p);
  }
  const report = { name, title, meaning, metrics: score(labels, probabilities, THRESHOLD) };
  return { report, alone: looksBack ? score(labels, aloneProbabilities, THRESHOLD) : null };
}

async function fitRows({ kernel, dataset, parameters, signal }: TrainModelOptions, rows: Uint32Array, onRound: (trees: number) => void): Promise<ForestModel> {
  const width = dataset.featureNames.length;
  const features = pickFeatures(dataset.features, width, rows);
  showSomeAlone(features, dataset, rows, parameters.seed);
  const labels = Float32Array.from(rows, (row) => dataset.labels[row]!);
  const bins = binsOf(features, width, { most: parameters.max_bin });
  const { forest } = await trainForest(kernel, { features, labels, bins, parameters }, { onRound: ({ round }) => onRound(round), ...(signal && { signal }) });
  return forest;
}

function predictRows(kernel: Kernel, forest: ForestModel, features: Float32Array, rows: number): Float32Array {
  using scorer = new Forest(kernel, forest);
  return scorer.predict(features, new Float32Array(rows));
}
