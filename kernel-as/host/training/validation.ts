import { outputsOf, type LabelledRows, type TrainingInput } from "../../model/training.ts";
import { Blocks } from "../blocks.ts";
import type { Kernel } from "../kernel.ts";
import { binRows, type BinnedRows } from "./binned-rows.ts";
import { fillMargins, meanLoss, weightSum, type Training } from "./training.ts";

/** Rows that a training is judged by. */
export class Validation implements Disposable {
  readonly #kernel: Kernel;
  readonly #training: Training;
  readonly #input: TrainingInput;
  readonly #rows: BinnedRows;
  readonly #margins: number;
  readonly #weight: number;
  readonly #blocks: Disposable;

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
    this.#blocks = held.move();
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
    this.#blocks[Symbol.dispose]();
  }
}
