import { Arena } from "../../kernel-as/host/arena.ts";
import { KernelDecoder, TAKEN, type DecodedRows } from "../../kernel-as/host/decoder.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import type { Sensors } from "../../kernel-as/host/sensors.ts";
import type { Schema } from "../../kernel-as/schema.ts";
import type { Batch, DeadLetter, SensorNames } from "../batch.ts";
import type { RecordBatch, RecordFormat } from "../source/source.ts";
import { deadLetter, MAX_AHEAD_MS, ReferenceDecoder, type Reading } from "./reference.ts";

/** Where the dictionary of sensors stands in an arena unless its owner says otherwise. */
const SENSORS_ROOT = 0;

export interface DecoderOptions {
  /** The state of the task that the sensors' numbers belong to; stays the caller's. Default: an arena of the decoder's own. */
  readonly arena?: Arena;
  /** The root of the arena under which the dictionary of sensors stands; default 0. */
  readonly root?: number;
  /** How far an event time may be ahead of the record's append time; default 5 minutes. */
  readonly maxAheadMs?: number;
}

export interface Decoded {
  /** Valid until the decoder decodes again. */
  readonly batch: Batch;
  readonly deadLetters: readonly DeadLetter[];
}

/**
 * Reads records into columns of kernel memory. A record that cannot be read becomes a dead letter and touches no other. The kernel takes what it is sure of; the rest
 * the oracle decides, record by record, so that errors are always the oracle's words.
 */
export class Decoder implements Disposable {
  readonly #kernel: KernelDecoder;
  readonly #oracle: ReferenceDecoder;
  readonly #names: SensorNames;
  readonly #owned = new DisposableStack();

  /** Throws `MGV_CSV_COLUMN` when a CSV lacks a column that the schema needs. */
  constructor(kernel: Kernel, schema: Schema, format: RecordFormat, options: DecoderOptions = {}) {
    const { maxAheadMs = MAX_AHEAD_MS } = options;
    this.#oracle = new ReferenceDecoder(schema, format, { maxAheadMs });
    const arena = options.arena ?? this.#owned.use(new Arena(kernel));
    this.#kernel = this.#owned.use(new KernelDecoder(kernel, { schema, header: format.kind === "csv" ? format.header : null, maxAheadMs, arena, root: options.root ?? SENSORS_ROOT }));
    this.#names = { of: (number) => this.#kernel.sensors.nameOf(number) };
  }

  /** The numbers of the task's sensors. */
  get sensors(): Sensors {
    return this.#kernel.sensors;
  }

  /** Throws `MGV_KERNEL` when the kernel's memory does not suffice. */
  decode(records: RecordBatch): Decoded {
    const { rows, unsure } = this.#kernel.decode(records);
    const deadLetters = unsure > 0 ? this.#decide(records, rows) : [];
    if (deadLetters.length > 0) rows.close();
    return { batch: new KernelBatch(records, rows, this.#names), deadLetters };
  }

  /** Has the oracle decide what the kernel did not; returns what it rejects. */
  #decide(records: RecordBatch, rows: DecodedRows): DeadLetter[] {
    const deadLetters: DeadLetter[] = [];
    for (let row = 0; row < records.count; row++) {
      if (rows.status[row] === TAKEN) continue;
      const reading = this.#read(records, row);
      if ("code" in reading) {
        deadLetters.push(reading);
        continue;
      }
      const sensor = this.#kernel.sensors.numberOf(reading.sensor);
      rows.fields.forEach((column, field) => (column[row] = reading.values[field]!));
      rows.timesMs[row] = reading.timeMs;
      rows.labels[row] = reading.label;
      rows.sensors[row] = sensor;
      rows.status[row] = TAKEN;
    }
    return deadLetters;
  }

  #read(records: RecordBatch, record: number): Reading | DeadLetter {
    try {
      return this.#oracle.read(records, record);
    } catch (thrown) {
      return deadLetter(records, record, thrown);
    }
  }

  [Symbol.dispose](): void {
    this.#owned[Symbol.dispose]();
  }
}

class KernelBatch implements Batch {
  readonly topic: string;
  readonly partition: number;
  readonly count: number;
  readonly names: SensorNames;
  readonly #rows: DecodedRows;

  constructor({ topic, partition }: RecordBatch, rows: DecodedRows, names: SensorNames) {
    this.topic = topic;
    this.partition = partition;
    this.count = rows.count;
    this.names = names;
    this.#rows = rows;
  }

  get offsets(): Float64Array {
    return this.#rows.offsets;
  }

  get appendTimesMs(): Float64Array {
    return this.#rows.appendTimesMs;
  }

  get timesMs(): Float64Array {
    return this.#rows.timesMs;
  }

  get sensors(): Uint32Array {
    return this.#rows.sensors;
  }

  get columns(): readonly Float64Array[] {
    return this.#rows.fields;
  }

  get labels(): Float64Array {
    return this.#rows.labels;
  }
}
