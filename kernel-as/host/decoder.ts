import type { Schema } from "../schema.ts";
import type { Arena } from "./arena.ts";
import { Scratch, type Kernel } from "./kernel.ts";
import { Sensors } from "./sensors.ts";

/** Records as bytes, as the engine's sources give them. */
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

/** What a record became: a reading in its row, or nothing yet. */
export const TAKEN = 0;
export const UNSURE = 1;

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

/** Bytes to columns in the kernel: `assembly/decode`. What the kernel is not sure of is left to its caller, row by row. */
export class KernelDecoder implements Disposable {
  readonly sensors: Sensors;
  readonly #kernel: Kernel;
  readonly #schema: Schema;
  readonly #output: Scratch;

  constructor(kernel: Kernel, options: { schema: Schema; arena: Arena; root: number }) {
    this.#kernel = kernel;
    this.#schema = options.schema;
    this.#output = new Scratch(kernel);
    this.sensors = new Sensors(kernel, options.arena, options.root);
  }

  /** As many rows as there are records, and how many of them are UNSURE; of those only append time and offset are there. */
  decode(records: RawRecords): { rows: DecodedRows; unsure: number } {
    const { count } = records;
    this.sensors.begin();
    const fields = this.#schema.fields.length;
    const rows = new DecodedRows(this.#kernel, this.#output.atLeast(DecodedRows.bytes(fields, count)), fields, count);
    rows.appendTimesMs.set(records.appendTimesMs);
    rows.offsets.set(records.offsets);
    rows.status.fill(UNSURE);
    return { rows, unsure: count };
  }

  [Symbol.dispose](): void {
    this.sensors[Symbol.dispose]();
    this.#output[Symbol.dispose]();
  }
}
