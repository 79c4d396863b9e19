import { LANESELECT_PROBE, type Form } from "../model/codegen/form.ts";
import { forestModule, SCRATCH_BYTES } from "../model/codegen/forest-module.ts";
import type { PackedTree } from "../model/pack/packed-tree.ts";
import type { Evaluator } from "./evaluator.ts";
import { Blocks } from "./blocks.ts";
import type { Kernel } from "./kernel.ts";
import { BLOCK } from "./ranker.ts";

type Add = (bins: number, end: number, sums: number, leaves: number, pool: number, scratch: number) => void;

/** Whether this engine knows the one instruction of relaxed SIMD that is used. */
export function hasLaneselect(): boolean {
  return WebAssembly.validate(LANESELECT_PROBE);
}

/** A forest as machine code of its own, in the memory of the kernel. */
export class Generated implements Evaluator {
  readonly form: Form;
  readonly #add: Add;
  readonly #blocks: Disposable;
  readonly #leaves: number;
  readonly #pool: number;
  readonly #scratch: number;

  private constructor(kernel: Kernel, trees: readonly PackedTree[], form: Form, add: Add) {
    using constructing = new DisposableStack();
    const blocks = constructing.use(new Blocks(kernel));
    this.form = form;
    this.#add = add;
    this.#pool = blocks.allocate(256 * 16);
    for (let number = 0; number < 256; number++) kernel.u8(this.#pool + number * 16, 16).fill(number);
    this.#scratch = blocks.allocate(SCRATCH_BYTES);
    this.#leaves = blocks.allocate(trees.reduce((sum, { values }) => sum + values.byteLength, 0));
    let at = this.#leaves;
    for (const { values } of trees) {
      kernel.u8(at, values.byteLength).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      at += values.byteLength;
    }
    this.#blocks = constructing.move();
  }

  /** The engine compiles in the background, where it can. */
  static async compile(kernel: Kernel, trees: readonly PackedTree[], form: Form): Promise<Generated> {
    const { instance } = await WebAssembly.instantiate(forestModule(trees, BLOCK, form), { kernel: { memory: kernel.calls.memory } });
    return new Generated(kernel, trees, form, instance.exports["add"] as Add);
  }

  addTo(sums: number, bins: number, rows: number): void {
    this.#add(bins, bins + rows, sums, this.#leaves, this.#pool, this.#scratch);
  }

  [Symbol.dispose](): void {
    this.#blocks[Symbol.dispose]();
  }
}
