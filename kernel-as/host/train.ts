import type { ForestModel, Tree } from "../model/forest.ts";
import { logit } from "../model/link.ts";
import { treesAsForest } from "../model/trained-forest.ts";
import { baseScoreFor, outputsOf, type LabelledRows, type TrainingInput } from "../model/training.ts";
import { binRows, type BinnedRows } from "./binned-rows.ts";
import { Blocks } from "./blocks.ts";
import { NODE_BYTES, readTree } from "./grown-tree.ts";
import type { Kernel } from "./kernel.ts";
import { checkTraining } from "./training-checks.ts";
import { writeSettings } from "./training-settings.ts";

/** Values that are looked at, about, between two turns of the event loop. */
const VALUES_A_TURN = 2 ** 24;

/** How a training went on, a round each. Losses are means: logloss, or the root of the mean squared error. */
export interface RoundReport {
  /** Rounds so far, from 1 on. */
  readonly round: number;
  /** Of the rows that are learned from, after the round. */
  readonly loss: number;
  /** Of the validation rows; null without any. */
  readonly validationLoss: number | null;
}

export interface TrainOptions {
  readonly signal?: AbortSignal;
  readonly onRound?: (report: RoundReport) => void;
}

export interface Trained {
  readonly forest: ForestModel;
  readonly history: readonly RoundReport[];
}

/**
 * Histogram boosting in the kernel. The same input gives the same bits on every runtime. About rows × features × log(leaves) / 2 histogram updates a tree; 40 bytes a
 * row (more with several outputs) besides the bins. With early stopping the forest ends with its best round. Throws `MGV_TRAIN_DATA`, `MGV_TRAIN_PARAMETER`, the signal's reason when aborted.
 */
export async function trainForest(kernel: Kernel, input: TrainingInput, options: TrainOptions = {}): Promise<Trained> {
  checkTraining(input);
  const { parameters, bins, roundsBefore = 0 } = input;
  const outputs = outputsOf(parameters);
  const baseScore = baseScoreFor(input, parameters);
  using held = new DisposableStack();
  const training = held.use(new Training(kernel, input, baseScore));
  const validation = input.validation ? held.use(new Validation(kernel, training, input.validation, input, baseScore)) : null;
  const roundsATurn = Math.min(Math.max(1, Math.floor(VALUES_A_TURN / (input.features.length * outputs))), 10);
  const trees: Tree[] = [];
  const history: RoundReport[] = [];
  let best = { round: 0, loss: Infinity };
  training.beginRound(roundsBefore);
  for (let round = 0; round < parameters.rounds; round++) {
    if (round % roundsATurn === 0) await new Promise((resolve) => setImmediate(resolve));
    options.signal?.throwIfAborted();
    for (let output = 0; output < outputs; output++) {
      trees.push(training.grow(roundsBefore * outputs + trees.length, output));
      validation?.add(output);
    }
    const report: RoundReport = { round: round + 1, loss: training.beginRound(roundsBefore + round + 1), validationLoss: validation?.loss() ?? null };
    history.push(report);
    options.onRound?.(report);
    if (report.validationLoss !== null && report.validationLoss < best.loss) best = { round: report.round, loss: report.validationLoss };
    const { early_stopping_rounds: patience } = parameters;
    if (validation && patience > 0 && report.round - best.round >= patience) break;
  }
  const stops = validation !== null && parameters.early_stopping_rounds > 0;
  return { forest: treesAsForest(stops ? trees.slice(0, best.round * outputs) : trees, { bins, parameters }, baseScore), history };
}

/** A training in the kernel. */
class Training implements Disposable {
  readonly pointer: number;
  readonly #kernel: Kernel;
  readonly #input: TrainingInput;
  readonly #weight: number;
  readonly #held: DisposableStack;

  constructor(kernel: Kernel, input: TrainingInput, baseScore: number) {
    using held = new DisposableStack();
    const blocks = held.use(new Blocks(kernel));
    const rows = binRows(kernel, blocks, input, input.bins);
    const settings = writeSettings(kernel, blocks, input, rows);
    this.pointer = kernel.run("start a training", () => kernel.calls.trainingCreate(settings)) >>> 0;
    held.defer(() => kernel.calls.trainingDestroy(this.pointer));
    fillMargins(kernel, kernel.calls.trainingMargins(this.pointer) >>> 0, input, input, baseScore);
    this.#kernel = kernel;
    this.#input = input;
    this.#weight = weightSum(input);
    this.#held = held.move();
  }

  /** Returns the loss so far. */
  beginRound(round: number): number {
    this.#kernel.run("compute gradients", () => this.#kernel.calls.trainingBeginRound(this.pointer, round));
    return meanLoss(this.#input, this.#kernel.calls.trainingLoss(this.pointer), this.#weight);
  }

  grow(tree: number, output: number): Tree {
    const nodes = this.#kernel.run("grow a tree", () => this.#kernel.calls.trainingGrow(this.pointer, tree, output));
    return readTree(this.#kernel.bytes(this.#kernel.calls.trainingNodes(this.pointer) >>> 0, nodes * NODE_BYTES), this.#input.bins, output);
  }

  [Symbol.dispose](): void {
    this.#held.dispose();
  }
}

/** Rows that a training is judged by. */
class Validation implements Disposable {
  readonly #kernel: Kernel;
  readonly #training: Training;
  readonly #input: TrainingInput;
  readonly #rows: BinnedRows;
  readonly #margins: number;
  readonly #weight: number;
  readonly #held: DisposableStack;

  constructor(kernel: Kernel, training: Training, rows: LabelledRows, input: TrainingInput, baseScore: number) {
    using held = new DisposableStack();
    const blocks = held.use(new Blocks(kernel));
    this.#rows = binRows(kernel, blocks, rows, input.bins);
    this.#margins = blocks.allocate(rows.labels.length * outputsOf(input.parameters) * 4);
    fillMargins(kernel, this.#margins, rows, input, baseScore);
    this.#kernel = kernel;
    this.#training = training;
    this.#input = input;
    this.#weight = weightSum(rows);
    this.#held = held.move();
  }

  /** Adds the tree that was grown last. */
  add(output: number): void {
    this.#kernel.calls.trainingAddTree(this.#training.pointer, this.#rows.bins, this.#rows.rows, this.#margins, output);
  }

  loss(): number {
    const { rows, labels, weights } = this.#rows;
    return meanLoss(this.#input, this.#kernel.calls.trainingLossOf(this.#training.pointer, rows, labels, weights, this.#margins), this.#weight);
  }

  [Symbol.dispose](): void {
    this.#held.dispose();
  }
}

function fillMargins(kernel: Kernel, at: number, rows: LabelledRows, { parameters }: TrainingInput, baseScore: number): void {
  const margins = kernel.f32(at, rows.labels.length * outputsOf(parameters));
  if (rows.margins) margins.set(rows.margins);
  else margins.fill(parameters.objective === "binary:logistic" ? logit(baseScore) : baseScore);
}

function weightSum({ labels, weights }: LabelledRows): number {
  return weights ? weights.reduce((sum, weight) => sum + weight, 0) : labels.length;
}

function meanLoss({ parameters }: TrainingInput, sum: number, weight: number): number {
  return parameters.objective === "reg:squarederror" ? Math.sqrt(sum / weight) : sum / weight;
}
