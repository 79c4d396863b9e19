import { Scratch, type Kernel } from "./kernel.ts";

/** What the kernel's loads may reach beyond the text. */
const PADDING = 64;

/** Takes JSON arrays apart: `assembly/decode/elements.ts`. */
export class JsonArrays implements Disposable {
  readonly #kernel: Kernel;
  readonly #scratch: Scratch;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#scratch = new Scratch(kernel);
  }

  /**
   * The texts of an array's elements, one behind the other, in kernel memory until the next call, with 64 bytes behind them; element `i` is `values.subarray(bounds[i], bounds[i + 1])`. Both are to be looked up after each kernel call,
   * since views end when memory grows. Null where
   * the text is no sound JSON array, has more than `most` elements, or is nested more than 64 levels deep. Whether it is UTF-8 is not looked at.
   */
  split(text: Uint8Array, most: number): { readonly values: Uint8Array; readonly bounds: Uint32Array } | null {
    const kernel = this.#kernel;
    const room = (text.length + PADDING + 15) & ~15;
    const at = this.#scratch.atLeast(room * 2 + (most + 1) * 4);
    const [valuesAt, boundsAt] = [at + room, at + room * 2];
    kernel.u8(at, text.length).set(text);
    const count = kernel.run("take an array apart", () => kernel.calls.jsonElements(at, at + text.length, valuesAt, boundsAt, most));
    if (count < 0) return null;
    const bytes = kernel.u32(boundsAt, count + 1)[count]!;
    return {
      get values() {
        return kernel.u8(valuesAt, bytes);
      },
      get bounds() {
        return kernel.u32(boundsAt, count + 1);
      },
    };
  }

  [Symbol.dispose](): void {
    this.#scratch[Symbol.dispose]();
  }
}
