import type { Schema } from "../schema.ts";
import type { Arena } from "./arena.ts";
import { DecodeTable } from "./decode-table.ts";
import { Scratch, type Kernel } from "./kernel.ts";
import { place } from "./place.ts";
import { givePowers } from "./powers.ts";
import { Sensors } from "./sensors.ts";

/** Records as bytes, as the engine's sources give them. What is a view of the kernel's memory is read where it is, and has 64 bytes of memory behind it. */
export interface RawRecords {
  readonly partition: number;
  readonly count: number;
  readonly offsets: Float64Array;
  readonly appendTimesMs: Float64Array;
  readonly keys: Uint8Array;
  readonly keyBounds: Uint32Array;
  readonly values: Uint8Array;
  readonly bounds: Uint32Array;
}

/** Status of a record that became a reading; of one that is left to the oracle it is 1. */
export const TAKEN = 0;

const encoder = new TextEncoder();

/**
 * Rows in kernel memory, good until their decoder decodes again. Of `rows` rows the first `count` are shown.
 *
 *   f64 [fields][rows]   f64 event times [rows]   f64 labels [rows]   f64 append times [rows]   f64 offsets [rows]   u32 sensors [rows]   u8 status [rows]
 */
export class DecodedRows {
  readonly #kernel: Kernel;
  readonly #at: number;
  readonly #fieldCount: number;
  readonly #rows: number;
  #count: number;
  /** What the views below are views of. */
  #buffer: ArrayBufferLike | null = null;
  #columns: Float64Array[] = [];
  #fields: Float64Array[] = [];
  #sensors: Uint32Array = new Uint32Array();
  #status: Uint8Array = new Uint8Array();

  constructor(kernel: Kernel, at: number, fields: number, rows: number) {
    this.#kernel = kernel;
    this.#at = at;
    this.#fieldCount = fields;
    this.#rows = rows;
    this.#count = rows;
  }

  static bytes(fields: number, rows: number): number {
    return (fields + 4) * rows * 8 + rows * 5;
  }

  get count(): number {
    return this.#count;
  }

  /** One column for each field. */
  get fields(): readonly Float64Array[] {
    this.#look();
    return this.#fields;
  }

  get timesMs(): Float64Array {
    return this.#look()[this.#fieldCount]!;
  }

  get labels(): Float64Array {
    return this.#look()[this.#fieldCount + 1]!;
  }

  get appendTimesMs(): Float64Array {
    return this.#look()[this.#fieldCount + 2]!;
  }

  get offsets(): Float64Array {
    return this.#look()[this.#fieldCount + 3]!;
  }

  get sensors(): Uint32Array {
    this.#look();
    return this.#sensors;
  }

  get status(): Uint8Array {
    this.#look();
    return this.#status;
  }

  /** Takes out the rows that are not TAKEN. */
  close(): void {
    this.#count = this.#kernel.calls.decodeClose(this.#at, this.#fieldCount + 4, this.#rows);
    this.#buffer = null;
  }

  /** Views, made anew where the kernel's memory has grown. */
  #look(): readonly Float64Array[] {
    const kernel = this.#kernel;
    const { buffer } = kernel.calls.memory;
    if (buffer === this.#buffer) return this.#columns;
    const columnBytes = this.#rows * 8;
    this.#buffer = buffer;
    this.#columns = Array.from({ length: this.#fieldCount + 4 }, (_, i) => kernel.f64(this.#at + i * columnBytes, this.#count));
    this.#fields = this.#columns.slice(0, this.#fieldCount);
    const sensorsAt = this.#at + this.#columns.length * columnBytes;
    this.#sensors = kernel.u32(sensorsAt, this.#count);
    this.#status = kernel.u8(sensorsAt + this.#rows * 4, this.#count);
    return this.#columns;
  }
}

export interface KernelDecoderOptions {
  readonly schema: Schema;
  /** The columns of a CSV; null for JSON. */
  readonly header: readonly string[] | null;
  /** A reading may be this far ahead of the time at which the broker took it in. */
  readonly maxAheadMs: number;
  /** Where the sensors' numbers are, and under which root. */
  readonly arena: Arena;
  readonly root: number;
}

/** What the kernel's loads may reach beyond the last record. */
const PADDING = 64;

/** Bytes to columns in the kernel: `assembly/decode`. What the kernel is not sure of is left to its caller, row by row. */
export class KernelDecoder implements Disposable {
  readonly sensors: Sensors;
  readonly #kernel: Kernel;
  readonly #arena: Arena;
  readonly #fields: number;
  readonly #resources = new DisposableStack();
  readonly #table: DecodeTable;
  readonly #input: Scratch;
  readonly #output: Scratch;

  constructor(kernel: Kernel, options: KernelDecoderOptions) {
    givePowers(kernel);
    this.#kernel = kernel;
    this.#arena = options.arena;
    this.#fields = options.schema.fields.length;
    this.#table = this.#resources.use(new DecodeTable(kernel, options.schema, options));
    this.#input = this.#resources.use(new Scratch(kernel));
    this.#output = this.#resources.use(new Scratch(kernel));
    this.sensors = this.#resources.use(new Sensors(kernel, options.arena, options.root));
  }

  /** As many rows as there are records, and how many of them are UNSURE; of those only append time and offset are there. */
  decode(records: RawRecords): { rows: DecodedRows; unsure: number } {
    const { count } = records;
    const kernel = this.#kernel;
    this.sensors.begin();
    const out = this.#output.atLeast(DecodedRows.bytes(this.#fields, count));
    const input = this.#give(records);
    const rows = new DecodedRows(kernel, out, this.#fields, count);
    rows.appendTimesMs.set(records.appendTimesMs);
    rows.offsets.set(records.offsets);
    const unsure = kernel.run("decode", () =>
      kernel.calls.decode(this.#table.pointer, this.#arena.pointer, this.sensors.place, count, input.values, input.bounds, input.keys, input.keyBounds, input.name, input.nameLength, out),
    );
    return { rows, unsure };
  }

  /** Records for the kernel to read: what is not in its memory is copied there. */
  #give({ count, partition, keys, keyBounds, values, bounds }: RawRecords) {
    const name = encoder.encode(`partition-${partition}`);
    const [first, last] = [bounds[0]!, bounds[count]!];
    const [firstKey, lastKey] = [keyBounds[0]!, keyBounds[count]!];
    const arrays = [bounds.subarray(0, count + 1), keyBounds.subarray(0, count + 1), keys.subarray(firstKey, lastKey), values.subarray(first, last), name];
    const { pointers } = place(this.#kernel, this.#input, arrays, PADDING);
    const [boundsAt, keyBoundsAt, keysAt, valuesAt, nameAt] = pointers as [number, number, number, number, number];
    return { bounds: boundsAt, keyBounds: keyBoundsAt, name: nameAt, nameLength: name.length, keys: keysAt - firstKey, values: valuesAt - first };
  }

  [Symbol.dispose](): void {
    this.#resources[Symbol.dispose]();
  }
}
