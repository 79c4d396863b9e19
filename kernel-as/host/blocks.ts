import type { Kernel } from "./kernel.ts";

/** Blocks of kernel memory that are given back together. */
export class Blocks implements Disposable {
  readonly #kernel: Kernel;
  readonly #pointers: number[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** At least `bytes` of memory, their content undefined. Throws `MGV_KERNEL`. */
  allocate(bytes: number): number {
    const pointer = this.#kernel.allocate(Math.max(bytes, 16));
    this.#pointers.push(pointer);
    return pointer;
  }

  /** A copy of the array's bytes. */
  allocateFor(values: ArrayBufferView): number {
    const pointer = this.allocate(values.byteLength);
    this.#kernel.u8(pointer, values.byteLength).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return pointer;
  }

  [Symbol.dispose](): void {
    for (const pointer of this.#pointers.splice(0)) this.#kernel.release(pointer);
  }
}
