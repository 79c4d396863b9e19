import { MangroveError } from "../errors.ts";
import type { EncodedRecords, Names } from "./encoder.ts";
import { Scratch, type Kernel } from "./kernel.ts";
import { place } from "./place.ts";
import { encodeHeaders, type RecordHeaders } from "./record-headers.ts";

export interface RecordBatchWriterOptions {
  /** Partitions of the topic. */
  readonly partitions: number;
  /** Bytes of a batch, its head of 61 included, before it is compressed; default 900,000. A record that is larger has a batch of its own. */
  readonly maxBytes?: number;
}

/** What batches say beside their records. */
export interface BatchStamp {
  /** -1n for none; then epoch and sequences are -1 too. */
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly isTransactional: boolean;
  /** Of all records, epoch ms. */
  readonly timestampMs: number;
  /** The sequence number of the first of `count` records; asked once for each batch, in their order. */
  sequence(partition: number, count: number): number;
  /** A codec of Kafka's message format, and what does it; a batch that it makes no smaller is left as it is. */
  readonly compress?: { readonly codec: number; run(records: Uint8Array): Uint8Array };
}

/** A batch as it is sent, any number of times. */
export interface SealedBatch {
  readonly partition: number;
  /** Its records. */
  readonly count: number;
  readonly bytes: Uint8Array;
}

interface EncodedOptions {
  /** Which rows the records are of, where they were encoded from some of them. */
  readonly rows?: Uint32Array;
  /** Bytes to leave out at the end of each record, as of what ends a line; default 0. */
  readonly trailing?: number;
}

const MAX_BYTES = 900_000;

/** Of assembly/batch/header.ts. */
const HEAD_BYTES = 61;
const LENGTH = 8;
const LENGTH_END = 12;
const COUNT = 57;
const TRANSACTIONAL = 1 << 4;

/** Of assembly/batch/write.ts. */
const BYTES = 8;
const WRITER_BYTES = 12;
const PARTITION_BYTES = 20;
const NULL = 2 ** 32 - 1;

/** What the kernel's loads may reach beyond its input. */
const PADDING = 16;

/** The batches of one topic that are to be sent: records of the kernel, or of JavaScript, to Kafka's record batches (message format 2) in kernel memory. */
export class RecordBatchWriter implements Disposable {
  readonly #kernel: Kernel;
  readonly #partitions: number;
  readonly #writer: number;
  readonly #input: Scratch;
  #turn = 0;

  constructor(kernel: Kernel, { partitions, maxBytes = MAX_BYTES }: RecordBatchWriterOptions) {
    this.#kernel = kernel;
    this.#partitions = partitions;
    this.#input = new Scratch(kernel);
    this.#writer = kernel.run("begin to write batches", () => kernel.calls.batchWriterCreate(partitions, maxBytes) >>> 0);
  }

  /** Bytes of all batches so far, heads included. */
  get bytes(): number {
    return this.#kernel.u32(this.#writer + BYTES, 1)[0]!;
  }

  /**
   * Adds records that have the names of their sensors as keys; these choose the partitions, as in Java's client. Record `i` is of sensors[i], or of sensors[rows[i]]. Views of kernel memory are not copied.
   * Throws `MGV_ARGUMENT`, with nothing added, for a sensor that has no name.
   */
  addEncoded({ bytes, bounds }: EncodedRecords, { sensors, names }: { readonly sensors: Uint32Array; readonly names: Names }, { rows, trailing = 0 }: EncodedOptions = {}): void {
    const count = bounds.length - 1;
    const limit = sensors.length;
    if ((rows ?? sensors).length < count) throw new MangroveError("MGV_ARGUMENT", `${count} records were to be written with ${(rows ?? sensors).length} sensors.`);
    const arrays = [bounds, sensors, bytes, ...(rows ? [rows] : [])];
    const { pointers } = place(this.#kernel, this.#input, arrays, PADDING);
    const [boundsAt, sensorsAt, bytesAt, rowsAt = 0] = pointers as [number, number, number, number?];
    const areNamed = this.#kernel.run("write batches", () =>
      this.#kernel.calls.batchWriterAddNamed(this.#writer, bytesAt, boundsAt, count, trailing, sensorsAt, rowsAt, limit, names.pointer, names.count),
    );
    if (!areNamed) throw new MangroveError("MGV_ARGUMENT", "Records were to be written of sensors that have no name.");
  }

  /**
   * Adds a record. Without a partition its key chooses it, and without a key all partitions have their turns. Throws `MGV_ARGUMENT` for a partition that is not there.
   */
  add(partition: number | null, key: Uint8Array | null, value: Uint8Array | null, headers: RecordHeaders = []): void {
    if (partition !== null && !(partition >= 0 && partition < this.#partitions)) throw new MangroveError("MGV_ARGUMENT", `There is no partition ${partition}; the topic has ${this.#partitions}.`);
    const arrays = [key ?? nothing, value ?? nothing, headers.length > 0 ? encodeHeaders(headers) : nothing];
    const { pointers } = place(this.#kernel, this.#input, arrays, PADDING);
    const [keyAt, valueAt, headersAt] = pointers as [number, number, number];
    this.#kernel.run("write a record", () => {
      const { calls } = this.#kernel;
      const to = partition ?? (key ? calls.partitionOf(keyAt, key.length, this.#partitions) : this.#turn++ % this.#partitions);
      calls.batchWriterAdd(this.#writer, to, keyAt, key ? key.length : NULL, valueAt, value ? value.length : NULL, headersAt, arrays[2]!.length);
    });
  }

  /** Ends all batches, and is empty afterwards. Those of a partition come in the order of their records. */
  take(stamp: BatchStamp): SealedBatch[] {
    const kernel = this.#kernel;
    kernel.calls.batchWriterClose(this.#writer);
    const sealed: SealedBatch[] = [];
    for (let partition = 0; partition < this.#partitions; partition++) {
      const [block, , bytes] = kernel.u32(this.#writer + WRITER_BYTES + partition * PARTITION_BYTES, 3) as unknown as [number, number, number];
      for (let at = block; at < block + bytes; ) {
        const head = kernel.bytes(at, HEAD_BYTES);
        const length = LENGTH_END + head.getUint32(LENGTH);
        const count = head.getUint32(COUNT);
        sealed.push({ partition, count, bytes: this.#seal(at, length, count, stamp, stamp.producerId < 0n ? -1 : stamp.sequence(partition, count)) });
        at += length;
      }
    }
    this.clear();
    return sealed;
  }

  #seal(batch: number, bytes: number, count: number, { producerId, producerEpoch, isTransactional, timestampMs, compress }: BatchStamp, sequence: number): Uint8Array {
    const kernel = this.#kernel;
    const records = compress?.run(kernel.u8(batch + HEAD_BYTES, bytes - HEAD_BYTES));
    let [at, length, codec] = [batch, bytes, 0];
    if (compress && records && records.length < bytes - HEAD_BYTES) {
      length = HEAD_BYTES + records.length;
      at = this.#input.atLeast(length);
      codec = compress.codec;
      kernel.u8(at + HEAD_BYTES, records.length).set(records);
    }
    const epoch = producerId < 0n ? -1 : producerEpoch;
    const attributes = codec | (isTransactional ? TRANSACTIONAL : 0);
    kernel.run("end a batch", () => kernel.calls.batchSeal(at, length, count, attributes, timestampMs, producerId, epoch, sequence));
    return kernel.u8(at, length).slice();
  }

  /** Forgets all batches. */
  clear(): void {
    this.#kernel.calls.batchWriterClear(this.#writer);
  }

  [Symbol.dispose](): void {
    this.#kernel.calls.batchWriterDestroy(this.#writer);
    this.#input[Symbol.dispose]();
  }
}

const nothing = new Uint8Array();
