import { MangroveError } from "../errors.ts";
import type { Floats, ForestModel } from "../model/forest.ts";
import { pack, type PackedForest } from "../model/pack/packed-tree.ts";
import { KernelFloats } from "./array.ts";
import { chooseGenerated, generateAtOnce } from "./choice.ts";
import type { Generated } from "./generated.ts";
import { Interpreter } from "./interpreter.ts";
import type { Kernel } from "./kernel.ts";
import { BLOCK, Ranker } from "./ranker.ts";

/** Rows × trees that an interpreter may score before generating code for the forest has paid. */
const WORTH_GENERATING = 2_000_000;

/** Whether code is generated: where it is seen to be faster, at once without trying, or never. */
export type Generation = "tried" | "untried" | "never";

/** Scores blocks of rows as byte ranks, by the interpreter at first, by a generated module once there is one that is faster. */
export class PackedScorer implements Disposable {
  readonly #kernel: Kernel;
  readonly #packed: PackedForest;
  readonly #model: ForestModel;
  readonly #base: Float64Array;
  readonly #blocks = new DisposableStack();
  readonly #ranker: Ranker;
  readonly #interpreter: Interpreter;
  readonly #sums: KernelFloats;
  readonly #closing = new AbortController();
  readonly #generation: Generation;
  #generated: Generated | null = null;
  #generating: Promise<void> | null = null;
  #scored = 0;

  private constructor(kernel: Kernel, model: ForestModel, packed: PackedForest, base: Float64Array, generation: Generation) {
    this.#kernel = kernel;
    this.#model = model;
    this.#packed = packed;
    this.#base = base;
    this.#generation = generation;
    using blocks = new DisposableStack();
    this.#ranker = blocks.use(new Ranker(kernel, model.family, model.featureCount, packed.columns));
    this.#interpreter = blocks.use(new Interpreter(kernel, packed.trees));
    this.#sums = blocks.use(new KernelFloats(kernel, model.family === "xgboost" ? 4 : 8));
    this.#sums.atLeast(model.outputs * BLOCK);
    this.#blocks = blocks.move();
  }

  /** Null for a forest that cannot be packed. */
  static of(kernel: Kernel, model: ForestModel, base: Float64Array, generation: Generation): PackedScorer | null {
    const packed = pack(model);
    return packed && new PackedScorer(kernel, model, packed, base, generation);
  }

  get tier(): "interpreter" | "generated" {
    return this.#generated ? "generated" : "interpreter";
  }

  /** Writes the margins of `rows` rows at `input` into `out` from its element `first` on, [rows][outputs]. */
  margins(input: number, rows: number, out: Floats, first: number): void {
    const { featureCount, outputs } = this.#model;
    const evaluator = this.#generated ?? this.#interpreter;
    const sumsAt = this.#sums.atLeast(outputs * BLOCK);
    const rowBytes = featureCount * out.BYTES_PER_ELEMENT;
    for (let row = 0; row < rows; row += BLOCK) {
      const some = Math.min(BLOCK, rows - row);
      this.#ranker.rank(input + row * rowBytes, some);
      const sums = this.#sums.view;
      for (let output = 0; output < outputs; output++) sums.fill(this.#base[output]!, output * BLOCK, output * BLOCK + some);
      evaluator.addTo(sumsAt, this.#ranker.bins, some);
      transpose(this.#sums.view, outputs, some, out, first + row * outputs);
    }
    this.#scored += rows * this.#model.trees.length;
    if (this.#scored > WORTH_GENERATING) this.generate().catch(() => {}); // told to those who ask
  }

  /** Resolves when the module is in use, or will not be: the interpreter is as right. Rejects only where a module was asked for untried. */
  generate(): Promise<void> {
    this.#generating ??= this.#generation === "never" ? Promise.resolve() : this.#generate();
    return this.#generating;
  }

  async #generate(): Promise<void> {
    const { columns, trees } = this.#packed;
    const { signal } = this.#closing;
    try {
      const options = { kernel: this.#kernel, trees, outputs: this.#model.outputs, columns: columns.count, interpreter: this.#interpreter, signal };
      const generated = await (this.#generation === "untried" ? generateAtOnce(options) : chooseGenerated(options));
      if (signal.aborted) generated?.[Symbol.dispose]();
      else if (generated) this.#generated = this.#blocks.use(generated);
    } catch (cause) {
      if (this.#generation === "untried") throw new MangroveError("MGV_KERNEL", `No code can be generated for this forest: ${(cause as Error).message}.`, { cause });
    }
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
    this.#blocks.dispose();
  }
}

/** [outputs][BLOCK] into [rows][outputs]. */
function transpose(sums: Floats, outputs: number, rows: number, out: Floats, first: number): void {
  if (outputs === 1) {
    for (let row = 0; row < rows; row++) out[first + row] = sums[row]!;
    return;
  }
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) out[first + row * outputs + output] = sums[output * BLOCK + row]!;
  }
}
