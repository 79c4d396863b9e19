import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../kernel-as/host/record-batch-reader.ts";
import { RecordBatchWriter } from "../../kernel-as/host/record-batch-writer.ts";
import { orAborted } from "../broker/patience.ts";
import { unstamped } from "../broker/wire/output-producer.ts";
import { makeFolder } from "../make-folder.ts";
import { syncFolder } from "../sync-folder.ts";
import { BatchFile, uncompressed, type OpenFile } from "./batch-file.ts";
import { SegmentReader } from "./segment-reader.ts";

/** A file of the log, named by the offset of its first record. */
export interface LogSegment {
  readonly base: number;
  readonly path: string;
  /** That are on disk. */
  bytes: number;
}

export interface LogRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array;
}

export interface LocalPartitionOptions {
  readonly kernel: Kernel;
  readonly directory: string;
  readonly topic: string;
  readonly partition: number;
  /** Gives append times, epoch ms; null: records have none. */
  readonly now: (() => number) | null;
  /** A file that has so many is followed by another one. */
  readonly segmentBytes?: number;
  readonly openFile?: OpenFile;
}

const SEGMENT_BYTES = 64 << 20;

/** How far a source may be ahead of the task. */
const AHEAD_BYTES = 16 << 20;

/** Of records that have no time: Kafka's message format. */
const NO_TIME = -1;

/**
 * Records in the order in which they were appended, in files of Kafka's record batches:
 *
 *     00000000000000000000.log     00000000000000081920.log     00000000000000163840.log
 *     ├── batch ┼ batch ┼ batch ──┤├── batch ┼ batch ──────────┤├── batch ┼ ba              torn by a crash: cut when it is opened
 *      base offset  u64, big-endian: written last, as it is in no sum
 *
 * What is appended while a write is under way is written, and synced, together by the next one.
 */
export class LocalPartition implements AsyncDisposable {
  readonly #options: LocalPartitionOptions;
  readonly #segments: LogSegment[];
  readonly #writer: RecordBatchWriter;
  #file: BatchFile;
  #end: number;
  #group: PromiseWithResolvers<void> | null = null;
  #writing: Promise<void> | null = null;
  #sealedAt: number | undefined;
  #reader: SegmentReader | null = null;
  #news = Promise.withResolvers<void>();
  #progress = Promise.withResolvers<void>();

  /** Throws `MGV_FILE_READ` for damage that no crash explains, and `MGV_FILE_WRITE`. */
  static async open(options: LocalPartitionOptions): Promise<LocalPartition> {
    const { kernel, directory, openFile } = options;
    await makeFolder(directory);
    const names = (await readdir(directory)).filter((name) => /^\d{20}\.log$/.test(name)).sort();
    const segments: LogSegment[] = [];
    for (const name of names) segments.push({ base: Number(name.slice(0, 20)), path: join(directory, name), bytes: (await stat(join(directory, name))).size });
    const last = segments.at(-1);
    if (!last) {
      const first = segmentOf(directory, 0);
      const file = await BatchFile.create(first.path, openFile);
      await syncFolder(directory);
      return new LocalPartition(options, [first], file, 0);
    }
    let end = last.base;
    using reader = new RecordBatchReader(kernel, uncompressed);
    const file = await BatchFile.open(last.path, { reader, take: (batch) => (end = endOf(batch)), ...(openFile && { openFile }) });
    last.bytes = file.bytes;
    return new LocalPartition(options, segments, file, end);
  }

  private constructor(options: LocalPartitionOptions, segments: LogSegment[], file: BatchFile, end: number) {
    this.#options = options;
    this.#segments = segments;
    this.#file = file;
    this.#end = end;
    this.#writer = new RecordBatchWriter(options.kernel, { partitions: 1 });
  }

  /** The offsets of the first record that is there and behind the last one that is on disk. */
  get bounds(): { readonly low: number; readonly high: number } {
    return { low: this.#segments[0]!.base, high: this.#end };
  }

  get isTimed(): boolean {
    return this.#options.now !== null;
  }

  /** Resolves once they are on disk. Throws `MGV_FILE_WRITE`: then none of them is there, and others may be appended afterwards. */
  append(records: Iterable<LogRecord>): Promise<void> {
    for (const { key, value } of records) this.#writer.add(0, key, value);
    const { promise } = (this.#group ??= Promise.withResolvers<void>());
    this.#writing ??= this.#write();
    return promise;
  }

  open(from: number): SegmentReader {
    const { kernel, topic, partition } = this.#options;
    const log = {
      end: () => this.#end,
      segments: this.#segments,
      news: () => this.#news.promise,
      isSealed: () => this.#sealedAt !== undefined,
      moved: () => this.#moved(),
    };
    this.#reader = new SegmentReader(kernel, { topic, partition, from, log });
    this.#moved();
    return this.#reader;
  }

  /** Resolves when what is read last is not far behind the end, or `signal` aborts. */
  async room(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !(this.#reader && this.#reader.bytesBehind <= AHEAD_BYTES)) await orAborted(this.#progress.promise, signal);
  }

  /** Nothing that comes later is waited for. */
  seal(): void {
    this.#sealedAt = this.#end;
    this.#tell();
  }

  get sealedAt(): number | undefined {
    return this.#sealedAt;
  }

  /** Deletes files that hold no record from this offset on. One that stays is tried again with the next call. */
  async release(below: number): Promise<void> {
    while (this.#segments.length > 1 && this.#segments[1]!.base <= below) {
      try {
        await rm(this.#segments[0]!.path, { force: true });
      } catch {
        return;
      }
      this.#segments.shift();
    }
  }

  async #write(): Promise<void> {
    await Promise.resolve(); // all of this turn goes together
    while (this.#group) {
      const group = this.#group;
      this.#group = null;
      try {
        await this.#writeGroup();
        group.resolve();
      } catch (thrown) {
        group.reject(thrown);
      }
    }
    // in the same turn as the look at the group
    this.#writing = null;
  }

  async #writeGroup(): Promise<void> {
    const batches = this.#writer.take({ ...unstamped, timestampMs: this.#options.now?.() ?? NO_TIME });
    if (batches.length === 0) return;
    await this.#roll();
    let end = this.#end;
    for (const { bytes, count } of batches) {
      new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(0, BigInt(end));
      end += count;
    }
    await this.#file.append(Buffer.concat(batches.map(({ bytes }) => bytes)));
    this.#segments.at(-1)!.bytes = this.#file.bytes;
    this.#end = end;
    this.#tell();
  }

  async #roll(): Promise<void> {
    const { directory, openFile, segmentBytes = SEGMENT_BYTES } = this.#options;
    if (this.#file.bytes < segmentBytes) return;
    const segment = segmentOf(directory, this.#end);
    const file = await BatchFile.create(segment.path, openFile);
    await syncFolder(directory);
    await this.#file[Symbol.asyncDispose]();
    this.#file = file;
    this.#segments.push(segment);
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  #moved(): void {
    this.#progress.resolve();
    this.#progress = Promise.withResolvers();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
    await this.#file[Symbol.asyncDispose]();
    this.#writer[Symbol.dispose]();
  }
}

function segmentOf(directory: string, base: number): LogSegment {
  return { base, path: join(directory, `${String(base).padStart(20, "0")}.log`), bytes: 0 };
}

/** Kafka's message format 2: the offset of the first record, and the number of the last one from there. */
function endOf(batch: Uint8Array): number {
  const view = new DataView(batch.buffer, batch.byteOffset);
  return Number(view.getBigUint64(0)) + view.getInt32(23) + 1;
}
