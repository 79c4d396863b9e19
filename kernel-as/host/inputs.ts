import { Scratch, type Kernel } from "./kernel.ts";

type Column = Float64Array | Uint32Array;

/** Columns as a call of the kernel takes them: where they are if they lie in its memory, else copied into room that is used again. */
export class Inputs implements Disposable {
  readonly #kernel: Kernel;
  readonly #scratch: Scratch;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#scratch = new Scratch(kernel);
  }

  /** Their pointers, good until the next call, and `extraBytes` of room behind the copies. */
  place(columns: readonly Column[], extraBytes = 0): { pointers: number[]; room: number } {
    const memory = this.#kernel.calls.memory.buffer;
    let bytes = 0;
    const placed = columns.map((column) => {
      if (column.buffer === memory) return { column: null, at: column.byteOffset };
      bytes += column.byteLength;
      const at = bytes - column.byteLength;
      bytes = (bytes + 15) & ~15;
      return { column, at };
    });
    const scratch = this.#scratch.atLeast(bytes + extraBytes + 16); // kernel memory may grow here: no view of it is used from now on
    const pointers = placed.map(({ column, at }) => {
      if (column === null) return at;
      this.#kernel.u8(scratch + at, column.byteLength).set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
      return scratch + at;
    });
    return { pointers, room: scratch + bytes };
  }

  [Symbol.dispose](): void {
    this.#scratch[Symbol.dispose]();
  }
}
