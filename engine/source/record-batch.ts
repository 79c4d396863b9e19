import type { RecordBatch } from "./source.ts";

/** Collects records of one partition into a {@link RecordBatch}. */
export class RecordBatchBuilder {
  readonly #topic: string;
  readonly #partition: number;
  #values = new Uint8Array(1 << 16);
  #length = 0;
  #bounds: number[] = [0];
  #offsets: number[] = [];
  #appendTimesMs: number[] = [];
  #keys: (string | null)[] = [];

  constructor(topic: string, partition: number) {
    this.#topic = topic;
    this.#partition = partition;
  }

  get count(): number {
    return this.#offsets.length;
  }

  get bytes(): number {
    return this.#length;
  }

  add(offset: number, appendTimeMs: number, key: string | null, value: Uint8Array): void {
    const end = this.#length + value.length;
    if (end > this.#values.length) {
      const grown = new Uint8Array(Math.max(end, this.#values.length * 2));
      grown.set(this.#values.subarray(0, this.#length));
      this.#values = grown;
    }
    this.#values.set(value, this.#length);
    this.#length = end;
    this.#bounds.push(end);
    this.#offsets.push(offset);
    this.#appendTimesMs.push(appendTimeMs);
    this.#keys.push(key);
  }

  /** The records so far; the builder is empty afterwards. */
  take(): RecordBatch {
    const batch: RecordBatch = {
      topic: this.#topic,
      partition: this.#partition,
      count: this.#offsets.length,
      offsets: Float64Array.from(this.#offsets),
      appendTimesMs: Float64Array.from(this.#appendTimesMs),
      keys: this.#keys,
      values: this.#values.slice(0, this.#length),
      bounds: Uint32Array.from(this.#bounds),
    };
    this.#length = 0;
    this.#bounds = [0];
    this.#offsets = [];
    this.#appendTimesMs = [];
    this.#keys = [];
    return batch;
  }
}
