import type { Kernel } from "./kernel.ts";

/** Where the members of Columns are, in assembly/batch/columns.ts. */
const POINTERS = 8;
const member = { offsets: 0, times: 1, keyBounds: 2, bounds: 3, headerBounds: 4, keys: 5, values: 6, headers: 7 } as const;

/** Records of one partition in offset order, in kernel memory: views, good until their reader reads again. */
export class FetchedRecords {
  readonly count: number;
  readonly #kernel: Kernel;
  readonly #pointers: Uint32Array;
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
    this.count = kernel.u32(columns, 1)[0]!;
    this.#pointers = kernel.u32(columns + 8, POINTERS).slice();
  }

  /** Rising; whole numbers below 2^53. */
  get offsets(): Float64Array {
    return this.#look().#offsets;
  }

  /** Epoch ms: when the broker appended the record, or when its producer made it, as the topic has it. */
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
    const at = (name: keyof typeof member) => this.#pointers[member[name]]!;
    this.#offsets = kernel.f64(at("offsets"), count);
    this.#appendTimesMs = kernel.f64(at("times"), count);
    this.#keyBounds = kernel.u32(at("keyBounds"), count + 1);
    this.#bounds = kernel.u32(at("bounds"), count + 1);
    this.#headerBounds = kernel.u32(at("headerBounds"), count + 1);
    this.#keys = kernel.u8(at("keys"), this.#keyBounds[count]!);
    this.#values = kernel.u8(at("values"), this.#bounds[count]!);
    this.#headers = kernel.u8(at("headers"), this.#headerBounds[count]!);
    return this;
  }
}
