import { MangroveError } from "../errors.ts";
import { binaryForest, emptyTree, type ForestModel, type Tree } from "../model/forest.ts";
import { logit } from "../model/link.ts";
import { gradientScale, type TrainingInput } from "../model/training.ts";
import { Blocks } from "./blocks.ts";
import { LARGEST_BLOCK, type Kernel } from "./kernel.ts";

/** The layout is drawn in assembly/train/training.ts. */
const NODE_BYTES = 64;

const MAX_DEPTH = 10;

/** Features are binned in parts of this size; a row must fit into one. */
const PART_BYTES = 2 ** 24;

/** Rounds between two turns of the event loop. */
const ROUNDS_A_TURN = 10;

export interface TrainOptions {
  readonly signal?: AbortSignal;
  /** Called after every tree. */
  readonly onRound?: (trees: number) => void;
}

/**
 * Histogram boosting for binary logistic loss, depth-wise, in the kernel. The same input gives the same bits on every
 * runtime. About rows * features * maxDepth * rounds / 2 histogram updates; 48 bytes a row besides the bins.
 * Throws `MGV_TRAIN_DATA` without both classes, `MGV_TRAIN_PARAMETER` for one out of range, the signal's reason when aborted.
 */
export async function trainForest(kernel: Kernel, input: TrainingInput, options: TrainOptions = {}): Promise<ForestModel> {
  const { labels, cuts, parameters } = input;
  checkParameters(parameters);
  checkLabels(labels);
  checkSize(labels.length, cuts.length, parameters.maxDepth);
  using held = new DisposableStack();
  const blocks = held.use(new Blocks(kernel));
  const { bins, labelsAt } = store(kernel, input, blocks);
  const training = kernel.run("start a training", () =>
    kernel.calls.trainingCreate(
      labels.length,
      cuts.length,
      bins,
      labelsAt,
      logit(parameters.baseScore),
      gradientScale(labels.length),
      parameters.maxDepth,
      parameters.learningRate,
      parameters.lambda,
      parameters.gamma,
      parameters.minChildWeight,
    ),
  ) >>> 0;
  held.defer(() => kernel.calls.trainingDestroy(training));
  const trees: Tree[] = [];
  for (let round = 0; round < parameters.rounds; round++) {
    if (round % ROUNDS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    options.signal?.throwIfAborted();
    const nodes = kernel.run("grow a tree", () => kernel.calls.trainingGrow(training));
    trees.push(readTree(kernel.bytes(kernel.calls.trainingNodes(training) >>> 0, nodes * NODE_BYTES), cuts, labels.length));
    options.onRound?.(trees.length);
  }
  return binaryForest(trees, cuts.length, parameters.baseScore);
}

/** Throws `MGV_TRAIN_PARAMETER` for what does not fit into the kernel's memory. */
function checkSize(rows: number, features: number, maxDepth: number): void {
  const histograms = features * 4096 * 2 ** (maxDepth - 1);
  if (histograms > LARGEST_BLOCK) {
    throw new MangroveError("MGV_TRAIN_PARAMETER", `max_depth ${maxDepth} over ${features} features needs ${Math.ceil(histograms / 2 ** 20)} MiB of histograms, 1,024 are the most: lower max_depth.`);
  }
  if (rows * Math.max(features, 16) > LARGEST_BLOCK) {
    throw new MangroveError("MGV_TRAIN_DATA", `${rows} rows of ${features} features do not fit into the kernel's memory: train on fewer rows.`);
  }
}

function checkParameters(parameters: TrainingInput["parameters"]): void {
  const check = (name: string, value: number, ok: boolean, range: string) => {
    if (!ok) throw new MangroveError("MGV_TRAIN_PARAMETER", `${name} is ${value}; it must be ${range}.`);
  };
  const { rounds, maxDepth, learningRate, lambda, gamma, minChildWeight, baseScore } = parameters;
  check("rounds", rounds, Number.isInteger(rounds) && rounds >= 1 && rounds <= 10_000, "a whole number from 1 to 10,000");
  check("max_depth", maxDepth, Number.isInteger(maxDepth) && maxDepth >= 1 && maxDepth <= MAX_DEPTH, `a whole number from 1 to ${MAX_DEPTH}`);
  check("learning_rate", learningRate, learningRate > 0 && learningRate <= 1, "above 0 and at most 1");
  check("lambda", lambda, lambda >= 0 && lambda < Infinity, "0 or more");
  check("gamma", gamma, gamma >= 0 && gamma < Infinity, "0 or more");
  check("min_child_weight", minChildWeight, minChildWeight >= 0 && minChildWeight < Infinity, "0 or more");
  check("base_score", baseScore, baseScore > 0 && baseScore < 1, "between 0 and 1");
}

function checkLabels(labels: Float32Array): void {
  const odd = labels.find((label) => label !== 0 && label !== 1);
  if (odd !== undefined) throw new MangroveError("MGV_TRAIN_DATA", `Every label must be 0 or 1; one is ${odd}.`);
  for (const label of [0, 1]) {
    if (!labels.includes(label)) {
      throw new MangroveError("MGV_TRAIN_DATA", `There is no row with label ${label} among ${labels.length}: a model needs both.`);
    }
  }
}

/** Labels and binned features in kernel memory, the bins column by column. */
function store(kernel: Kernel, { features, labels, cuts }: TrainingInput, blocks: Blocks): { bins: number; labelsAt: number } {
  const rows = labels.length;
  const width = cuts.length;
  const labelsAt = blocks.allocate(rows * 4);
  kernel.f32(labelsAt, rows).set(labels);
  const bins = blocks.allocate(rows * width);
  const cutsAt = blocks.allocate(256 * 4);
  const input = blocks.allocate(Math.min(features.byteLength, PART_BYTES));
  const partRows = Math.floor(PART_BYTES / (width * 4));
  for (let first = 0; first < rows; first += partRows) {
    const part = features.subarray(first * width, (first + partRows) * width);
    kernel.f32(input, part.length).set(part);
    cuts.forEach((each, feature) => {
      kernel.f32(cutsAt, each.length).set(each);
      kernel.calls.bin(input + feature * 4, width * 4, part.length / width, cutsAt, each.length, bins + feature * rows + first);
    });
  }
  return { bins, labelsAt };
}

function readTree(nodes: DataView, cuts: readonly Float32Array[], rows: number): Tree {
  const count = nodes.byteLength / NODE_BYTES;
  const tree = emptyTree(count);
  const scale = gradientScale(rows);
  for (let i = 0; i < count; i++) {
    const at = i * NODE_BYTES;
    tree.cover[i] = nodes.getFloat64(at + 40, true) / scale;
    const left = nodes.getInt32(at + 8, true);
    if (left === -1) {
      tree.split[i] = nodes.getFloat32(at + 56, true);
      tree.value[i] = tree.split[i]!;
      continue;
    }
    const feature = nodes.getUint32(at + 16, true);
    tree.left[i] = left;
    tree.right[i] = nodes.getInt32(at + 12, true);
    tree.feature[i] = feature;
    tree.split[i] = cuts[feature]![nodes.getUint32(at + 20, true)]!;
    tree.defaultLeft[i] = nodes.getUint32(at + 24, true);
    tree.gain[i] = nodes.getFloat64(at + 48, true);
  }
  return tree;
}
