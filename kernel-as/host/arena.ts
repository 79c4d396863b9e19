import type { Kernel } from "./kernel.ts";

export const PAGE_BYTES = 1024;

/** Page numbers that are asked for at once. */
const PAGES_AT_ONCE = 4096;

/**
 * The memory of one task's state, drawn in assembly/state/arena.ts. All state of a task that the kernel holds is in its pages, addressed by places; a
 * snapshot is the pages written since the last one, and pages put into a fresh arena are the same state again.
 */
export class Arena implements Disposable {
  /** What kernel calls take. */
  readonly pointer: number;
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.pointer = kernel.run("begin a state", () => kernel.calls.arenaCreate() >>> 0);
  }

  /** Kernel memory in use, in bytes. */
  get bytes(): number {
    return this.#kernel.calls.arenaSegments(this.pointer) * 2 ** 20;
  }

  /** The pages written since the last call, each of PAGE_BYTES: views, good until the kernel runs again. */
  *takeTouched(): Generator<{ page: number; bytes: Uint8Array }> {
    const kernel = this.#kernel;
    const list = kernel.allocate(PAGES_AT_ONCE * 4);
    try {
      for (let count = PAGES_AT_ONCE; count === PAGES_AT_ONCE; ) {
        count = kernel.calls.arenaTakeTouched(this.pointer, list, PAGES_AT_ONCE);
        for (const page of kernel.u32(list, count).slice()) yield { page, bytes: this.#page(page) };
      }
    } finally {
      kernel.release(list);
    }
  }

  /** Every page that is in use counts as written. */
  touchAll(): void {
    this.#kernel.calls.arenaTouchAll(this.pointer);
  }

  /** Puts a page back. Throws `MGV_KERNEL` beyond 4 GiB. */
  put(page: number, bytes: Uint8Array): void {
    this.#page(page).set(bytes);
  }

  #page(page: number): Uint8Array {
    const at = this.#kernel.run("reach a page of state", () => this.#kernel.calls.arenaPageAt(this.pointer, page) >>> 0);
    return this.#kernel.u8(at, PAGE_BYTES);
  }

  [Symbol.dispose](): void {
    this.#kernel.calls.arenaDestroy(this.pointer);
  }
}
