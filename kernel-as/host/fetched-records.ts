import type { Kernel } from "./kernel.ts";

/** Records of one partition in offset order, in kernel memory (assembly/batch/columns.ts): views, good until their reader reads again. */
export class FetchedRecords {
  readonly count: number;
  readonly #kernel: Kernel;
  readonly #offsetsAt: number;
  readonly #timesAt: number;
  readonly #texts: readonly [keys: TextsAt, values: TextsAt, headers: TextsAt];
  /** What the views below are views of. */
  #buffer: ArrayBufferLike | null = null;
  #offsets: Float64Array = new Float64Array();
  #appendTimesMs: Float64Array = new Float64Array();
  #keyBounds: Uint32Array = new Uint32Array();
  #bounds: Uint32Array = new Uint32Array();
  #headerBounds: Uint32Array = new Uint32Array();
  #keys: Uint8Array = new Uint8Array();
  #values: Uint8Array = new Uint8Array();
  #headers: Uint8Array = new Uint8Array();

  constructor(kernel: Kernel, columns: number) {
    this.#kernel = kernel;
    const [count, , offsets, times, keys, values, headers] = kernel.u32(columns, 7) as unknown as [number, number, number, number, number, number, number];
    this.count = count;
    this.#offsetsAt = offsets;
    this.#timesAt = times;
    this.#texts = [textsAt(kernel, keys), textsAt(kernel, values), textsAt(kernel, headers)];
  }

  /** Rising; whole numbers below 2^53. */
  get offsets(): Float64Array {
    return this.#look().#offsets;
  }

  /** Epoch ms: when the broker appended the record, or when its producer made it, as the topic has it. NaN for what no date can hold, as for -1, by which a record has none. */
  get appendTimesMs(): Float64Array {
    return this.#look().#appendTimesMs;
  }

  /** Record `i` has the key `keys.subarray(keyBounds[i], keyBounds[i + 1])`; an empty one is no key. Values and headers likewise. */
  get keys(): Uint8Array {
    return this.#look().#keys;
  }

  get keyBounds(): Uint32Array {
    return this.#look().#keyBounds;
  }

  get values(): Uint8Array {
    return this.#look().#values;
  }

  get bounds(): Uint32Array {
    return this.#look().#bounds;
  }

  /** As they stand in the record, with their number before them; nothing for none. {@link headersOf} reads them. */
  get headers(): Uint8Array {
    return this.#look().#headers;
  }

  get headerBounds(): Uint32Array {
    return this.#look().#headerBounds;
  }

  /** Views, made anew where the kernel's memory has grown. */
  #look(): this {
    const kernel = this.#kernel;
    const { buffer } = kernel.calls.memory;
    if (buffer === this.#buffer) return this;
    this.#buffer = buffer;
    const { count } = this;
    const [keys, values, headers] = this.#texts;
    this.#offsets = kernel.f64(this.#offsetsAt, count);
    this.#appendTimesMs = kernel.f64(this.#timesAt, count);
    this.#keyBounds = kernel.u32(keys.bounds, count + 1);
    this.#bounds = kernel.u32(values.bounds, count + 1);
    this.#headerBounds = kernel.u32(headers.bounds, count + 1);
    this.#keys = kernel.u8(keys.block, this.#keyBounds[count]!);
    this.#values = kernel.u8(values.block, this.#bounds[count]!);
    this.#headers = kernel.u8(headers.block, this.#headerBounds[count]!);
    return this;
  }
}

interface TextsAt {
  readonly block: number;
  readonly bounds: number;
}

function textsAt(kernel: Kernel, pointer: number): TextsAt {
  const [block, bounds] = kernel.u32(pointer, 2) as unknown as [number, number];
  return { block, bounds };
}
