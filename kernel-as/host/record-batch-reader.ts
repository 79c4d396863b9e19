import { MangroveError } from "../errors.ts";
import { FetchedRecords } from "./fetched-records.ts";
import { Scratch, type Kernel } from "./kernel.ts";

/** A transaction that was aborted: what its producer wrote from the offset on, up to the producer's next mark of an abort, is not there. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface RecordBatchReaderOptions {
  /** Undoes a codec of Kafka's message format: 1 gzip, 2 snappy, 3 lz4, 4 zstd. */
  decompress(codec: number, bytes: Uint8Array): Uint8Array;
}

interface Read {
  /** The committed records from offset `from` on; null where there are none. */
  readonly records: FetchedRecords | null;
  /** The offset behind all that was read or passed over. */
  readonly next: number;
}

/** What the kernel's loads may reach beyond its input. */
const PADDING = 64;

const ABORTED_BYTES = 16;

/** What calls return: assembly/batch/read.ts. */
const DECOMPRESS = 1;
const BAD_SUM = 2;
const BROKEN = 3;
const OTHER_VERSION = 4;

/** Where the members of Reader are behind those of Columns. */
const SECTION = 7 * 4;
const VERSION = SECTION + 8 * 4;
const NEXT = SECTION + 11 * 4;
const BASE = SECTION + 13 * 4;
const END = SECTION + 17 * 4;

/**
 * Kafka's record batches (message format 2: Kafka protocol guide, "Record Batch") to columns in kernel memory, without an object for a record. Reads what is committed. A reader holds what it has read last; several may be alive at once.
 */
export class RecordBatchReader implements Disposable {
  readonly #kernel: Kernel;
  readonly #decompress: RecordBatchReaderOptions["decompress"];
  readonly #reader: number;

  constructor(kernel: Kernel, { decompress }: RecordBatchReaderOptions) {
    this.#kernel = kernel;
    this.#decompress = decompress;
    this.#reader = kernel.run("begin to read records", () => kernel.calls.batchReaderCreate() >>> 0);
  }

  /**
   * `bytes` are the records of one partition in a Fetch response: batches, the last of which may be cut short and is then left out. Throws `MGV_BROKER` for what is no batch, is of an older format, has
   * another CRC-32C than it says, or cannot be decompressed.
   */
  read(bytes: Uint8Array, { from, aborted }: { readonly from: number; readonly aborted: readonly AbortedTransaction[] }): Read {
    const kernel = this.#kernel;
    using input = new Scratch(kernel);
    using section = new Scratch(kernel);
    const list = input.atLeast(aborted.length * ABORTED_BYTES + bytes.length + PADDING);
    const at = list + aborted.length * ABORTED_BYTES;
    this.#list(list, aborted);
    kernel.u8(at, bytes.length).set(bytes);
    let status = kernel.run("read records", () => kernel.calls.batchReaderRun(this.#reader, at, bytes.length, list, aborted.length, from));
    while (status === DECOMPRESS) {
      const [place, length, codec] = kernel.u32(this.#reader + SECTION, 3) as unknown as [number, number, number];
      const whole = this.#decompressed(codec, bytes.subarray(place - at, place - at + length));
      const to = section.atLeast(whole.length + PADDING);
      kernel.u8(to, whole.length).set(whole);
      status = kernel.run("read records", () => kernel.calls.batchReaderResume(this.#reader, to, whole.length));
    }
    if (status !== 0) throw this.#failure(status);
    const records = new FetchedRecords(kernel, this.#reader);
    return { records: records.count > 0 ? records : null, next: this.#f64(NEXT) };
  }

  #list(at: number, aborted: readonly AbortedTransaction[]): void {
    const view = this.#kernel.bytes(at, aborted.length * ABORTED_BYTES);
    const sorted = aborted.toSorted((a, b) => Number(a.firstOffset - b.firstOffset));
    sorted.forEach(({ producerId, firstOffset }, i) => {
      view.setBigInt64(i * ABORTED_BYTES, producerId, true);
      view.setFloat64(i * ABORTED_BYTES + 8, Number(firstOffset), true);
    });
  }

  #decompressed(codec: number, bytes: Uint8Array): Uint8Array {
    try {
      return this.#decompress(codec, bytes);
    } catch (cause) {
      throw new MangroveError("MGV_BROKER", `${this.#batch()} could not be decompressed (codec ${codec}): ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }

  #failure(status: number): MangroveError {
    const sentences: Readonly<Record<number, () => string>> = {
      [BAD_SUM]: () => `${this.#batch()} has another checksum than it says: it was damaged on its way or on the broker's disk. Try again; if it stays so, restore the partition from a replica, or read on behind it.`,
      [BROKEN]: () => `${this.#batch()} does not hold what Kafka's message format says. Read on behind it, and look for what wrote it.`,
      [OTHER_VERSION]: () => `${this.#batch()} is in message format ${this.#kernel.u32(this.#reader + VERSION, 1)[0]}; only format 2, which Kafka has written since 0.11, can be read. Copy the topic with a client of today.`,
    };
    return new MangroveError("MGV_BROKER", sentences[status]!());
  }

  /** The batch at hand, for a sentence. */
  #batch(): string {
    return `The batch at offset ${this.#f64(BASE)}, met while reading from offset ${this.#f64(NEXT)} on,`;
  }

  #f64(member: number): number {
    return this.#kernel.bytes(this.#reader, END).getFloat64(member, true);
  }

  [Symbol.dispose](): void {
    this.#kernel.calls.batchReaderDestroy(this.#reader);
  }
}
