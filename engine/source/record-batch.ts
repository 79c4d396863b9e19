import type { RecordHeaders } from "../../kernel-as/host/record-headers.ts";
import { LAST_TIME_MS } from "../../kernel-as/window-spec.ts";
import type { RecordBatch } from "./source.ts";

/** Collects records of one partition into a {@link RecordBatch}. */
export class RecordBatchBuilder {
  readonly #topic: string;
  readonly #partition: number;
  readonly #values = new Bytes(1 << 16);
  readonly #keys = new Bytes(1 << 10);
  #offsets: number[] = [];
  #appendTimesMs: number[] = [];
  #headers = new Map<number, RecordHeaders>();

  constructor(topic: string, partition: number) {
    this.#topic = topic;
    this.#partition = partition;
  }

  get count(): number {
    return this.#offsets.length;
  }

  /** Bytes of the values. */
  get bytes(): number {
    return this.#values.length;
  }

  /** A key that is null and one that is empty are the same, and so are an append time of NaN and one that no date can hold. */
  add(offset: number, appendTimeMs: number, key: Uint8Array | null, value: Uint8Array, headers?: RecordHeaders): void {
    if (headers && headers.length > 0) this.#headers.set(this.count, headers);
    this.#values.add(value);
    this.#keys.add(key ?? nothing);
    this.#offsets.push(offset);
    this.#appendTimesMs.push(appendTimeMs >= 0 && appendTimeMs <= LAST_TIME_MS ? appendTimeMs : NaN);
  }

  /** The records so far; the builder is empty afterwards. */
  take(): RecordBatch {
    const values = this.#values.take();
    const keys = this.#keys.take();
    const headers = this.#headers;
    const batch: RecordBatch = {
      topic: this.#topic,
      partition: this.#partition,
      count: this.#offsets.length,
      offsets: Float64Array.from(this.#offsets),
      appendTimesMs: Float64Array.from(this.#appendTimesMs),
      keys: keys.bytes,
      keyBounds: keys.bounds,
      values: values.bytes,
      bounds: values.bounds,
      headersOf: (record) => headers.get(record) ?? [],
    };
    this.#offsets = [];
    this.#appendTimesMs = [];
    this.#headers = new Map();
    return batch;
  }
}

/** Records `from` up to `to` of a batch: its own bytes, looked up each time, for columns in kernel memory move when that grows. */
export function sliceRecords(records: RecordBatch, from: number, to: number): RecordBatch {
  const { topic, partition } = records;
  return {
    topic,
    partition,
    count: to - from,
    get offsets() {
      return records.offsets.subarray(from, to);
    },
    get appendTimesMs() {
      return records.appendTimesMs.subarray(from, to);
    },
    get keys() {
      return records.keys;
    },
    get keyBounds() {
      return records.keyBounds.subarray(from, to + 1);
    },
    get values() {
      return records.values;
    },
    get bounds() {
      return records.bounds.subarray(from, to + 1);
    },
    headersOf: (record) => records.headersOf?.(from + record) ?? [],
  };
}

/** A batch in memory of its own. */
export function copyRecords(records: RecordBatch): RecordBatch {
  const { topic, partition, count, offsets, appendTimesMs, keys, keyBounds, values, bounds } = records;
  const headers = Array.from({ length: count }, (_, record) => records.headersOf?.(record) ?? []);
  return {
    topic,
    partition,
    count,
    offsets: offsets.slice(),
    appendTimesMs: appendTimesMs.slice(),
    keys: keys.slice(),
    keyBounds: keyBounds.slice(),
    values: values.slice(),
    bounds: bounds.slice(),
    headersOf: (record) => headers[record]!,
  };
}

const nothing = new Uint8Array(0);

/** Pieces of bytes, one after another. */
class Bytes {
  length = 0;
  #bytes: Uint8Array;
  #bounds: number[] = [0];

  constructor(room: number) {
    this.#bytes = new Uint8Array(room);
  }

  add(piece: Uint8Array): void {
    const end = this.length + piece.length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.length));
      this.#bytes = grown;
    }
    this.#bytes.set(piece, this.length);
    this.length = end;
    this.#bounds.push(end);
  }

  take(): { bytes: Uint8Array; bounds: Uint32Array } {
    const taken = { bytes: this.#bytes.slice(0, this.length), bounds: Uint32Array.from(this.#bounds) };
    this.length = 0;
    this.#bounds = [0];
    return taken;
  }
}

const text = new TextDecoder("utf-8", { ignoreBOM: true });

/** The key of a record as text, with U+FFFD for what is not UTF-8; null where there is none. */
export function keyOf({ keys, keyBounds }: Pick<RecordBatch, "keys" | "keyBounds">, record: number): string | null {
  const [start, end] = [keyBounds[record]!, keyBounds[record + 1]!];
  return start === end ? null : text.decode(keys.subarray(start, end));
}
