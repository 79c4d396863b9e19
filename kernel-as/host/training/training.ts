import type { Tree } from "../../model/forest.ts";
import { logit } from "../../model/link.ts";
import { outputsOf, type LabelledRows, type TrainingInput } from "../../model/training.ts";
import { Blocks } from "../blocks.ts";
import type { Kernel } from "../kernel.ts";
import { binRows } from "./binned-rows.ts";
import { FOUND_BYTES, type Exchange } from "./exchange.ts";
import { NODE_BYTES, readTree } from "./grown-tree.ts";
import { writeSettings } from "./settings.ts";

/** A training in the kernel. Where several threads train, each has one of its own, and all grow the same trees. */
export class Training implements Disposable {
  readonly pointer: number;
  readonly #kernel: Kernel;
  readonly #input: TrainingInput;
  readonly #exchange: Exchange | null;
  readonly #weight: number;
  readonly #held: DisposableStack;

  /** `exchange`: with the other threads; null: there are none. */
  constructor(kernel: Kernel, input: TrainingInput, baseScore: number, exchange: Exchange | null) {
    using held = new DisposableStack();
    const blocks = held.use(new Blocks(kernel));
    const rows = binRows(kernel, blocks, input, input.bins);
    const settings = writeSettings(kernel, blocks, input, rows, { number: exchange?.thread ?? 0, of: exchange?.threads ?? 1 });
    this.pointer = kernel.run("start a training", () => kernel.calls.trainingCreate(settings)) >>> 0;
    held.defer(() => kernel.calls.trainingDestroy(this.pointer));
    fillMargins(kernel, kernel.calls.trainingMargins(this.pointer) >>> 0, input, input, baseScore);
    this.#kernel = kernel;
    this.#input = input;
    this.#exchange = exchange;
    this.#weight = weightSum(input);
    this.#held = held.move();
  }

  /** Returns the loss so far. */
  beginRound(round: number): number {
    this.#kernel.run("compute gradients", () => this.#kernel.calls.trainingBeginRound(this.pointer, round));
    return meanLoss(this.#input, this.#kernel.calls.trainingLoss(this.pointer), this.#weight);
  }

  /** Grows a tree and adds it to the margins. `tree` counts all trees. Throws `MGV_KERNEL`. */
  grow(tree: number, output: number): Tree {
    const exchange = this.#exchange;
    const nodes = this.#kernel.run("grow a tree", () => (exchange ? this.#growTogether(exchange, tree, output) : this.#kernel.calls.trainingGrow(this.pointer, tree, output)));
    return readTree(this.#kernel.bytes(this.#kernel.calls.trainingNodes(this.pointer) >>> 0, nodes * NODE_BYTES), this.#input.bins, output);
  }

  #growTogether(exchange: Exchange, tree: number, output: number): number {
    const { calls } = this.#kernel;
    const found = calls.trainingFound(this.pointer) >>> 0;
    for (let searched = calls.trainingPlant(this.pointer, tree, output); searched >= 0; searched = calls.trainingNext(this.pointer)) {
      if (searched > 0) exchange.agree(this.#kernel.bytes(found, 2 * FOUND_BYTES));
      calls.trainingDecide(this.pointer, searched);
    }
    return calls.trainingFinish(this.pointer, output);
  }

  [Symbol.dispose](): void {
    this.#held.dispose();
  }
}

/** f32 [rows][outputs]: the margins that rows bring, or the base score's. */
export function fillMargins(kernel: Kernel, at: number, rows: LabelledRows, { parameters }: TrainingInput, baseScore: number): void {
  const margins = kernel.f32(at, rows.labels.length * outputsOf(parameters));
  if (rows.margins) margins.set(rows.margins);
  else margins.fill(parameters.objective === "binary:logistic" ? logit(baseScore) : baseScore);
}

export function weightSum({ labels, weights }: LabelledRows): number {
  return weights ? weights.reduce((sum, weight) => sum + weight, 0) : labels.length;
}

/** Of a sum of losses: the mean logloss, or the root of the mean squared error. */
export function meanLoss({ parameters }: TrainingInput, sum: number, weight: number): number {
  return parameters.objective === "reg:squarederror" ? Math.sqrt(sum / weight) : sum / weight;
}
