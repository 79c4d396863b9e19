import type { Floats } from "../model/forest.ts";
import type { Kernel } from "./kernel.ts";

/** Room in kernel memory for numbers of one width, used again for every batch: it grows to what is asked of it and never shrinks. */
export class KernelFloats implements Disposable {
  readonly #kernel: Kernel;
  readonly #bytesEach: 4 | 8;
  #pointer = 0;
  #length = 0;
  #view: Floats = new Float32Array();

  constructor(kernel: Kernel, bytesEach: 4 | 8) {
    this.#kernel = kernel;
    this.#bytesEach = bytesEach;
  }

  /** A pointer to room for `length` numbers at least; what an earlier call returned may be gone. */
  atLeast(length: number): number {
    if (length > this.#length || this.#pointer === 0) {
      const room = Math.max(length, 1);
      this[Symbol.dispose]();
      this.#pointer = this.#kernel.allocate(room * this.#bytesEach);
      this.#length = room;
    }
    return this.#pointer;
  }

  /** All of the room as an array. Goes stale when kernel memory grows: ask anew after each call of the kernel. */
  get view(): Floats {
    const buffer = this.#kernel.calls.memory.buffer;
    if (this.#view.buffer !== buffer || this.#view.byteOffset !== this.#pointer || this.#view.length !== this.#length) {
      this.#view = this.#bytesEach === 4 ? new Float32Array(buffer, this.#pointer, this.#length) : new Float64Array(buffer, this.#pointer, this.#length);
    }
    return this.#view;
  }

  [Symbol.dispose](): void {
    if (this.#pointer !== 0) this.#kernel.release(this.#pointer);
    this.#pointer = 0;
    this.#length = 0;
  }
}
