import { open, type FileHandle } from "node:fs/promises";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../kernel-as/host/record-batch-reader.ts";
import { orAborted } from "../broker/patience.ts";
import { FetchedBatch } from "../source/fetched-batch.ts";
import type { PartitionReader } from "../source/partition.ts";
import type { RecordBatch } from "../source/source.ts";
import { readBatches, uncompressed } from "./batch-file.ts";
import type { LogSegment } from "./local-partition.ts";

/** What a reader sees of its partition. */
interface ReadLog {
  end(): number;
  /** In their order; the first ones go, others come. */
  readonly segments: readonly LogSegment[];
  /** Resolves when something was appended, or nothing will be. */
  news(): Promise<void>;
  isSealed(): boolean;
  moved(): void;
}

/** Reads the files of a partition, as far as they are on disk, and waits for more. */
export class SegmentReader implements PartitionReader {
  readonly #options: { readonly topic: string; readonly partition: number; readonly log: ReadLog };
  readonly #reader: RecordBatchReader;
  #segment: LogSegment;
  #file: FileHandle | null = null;
  #at = 0;
  #next: number;
  #isSealTold = false;
  #isReading = false;
  #isClosed = false;

  constructor(kernel: Kernel, { from, ...options }: { readonly topic: string; readonly partition: number; readonly from: number; readonly log: ReadLog }) {
    this.#options = options;
    this.#reader = new RecordBatchReader(kernel, uncompressed);
    this.#next = from;
    const { segments, end } = options.log;
    this.#segment = segments.findLast(({ base }) => base <= from) ?? segments[0]!;
    // what is passed over otherwise need not be read
    if (from >= end()) [this.#segment, this.#at] = [segments.at(-1)!, segments.at(-1)!.bytes];
  }

  get next(): number {
    return this.#next;
  }

  get isAtEnd(): boolean {
    return this.#next >= this.#options.log.end();
  }

  /** Of the log, from here to its end. */
  get bytesBehind(): number {
    const { segments } = this.#options.log;
    return segments.reduce((sum, { base, bytes }) => (base > this.#segment.base ? sum + bytes : sum), this.#segment.bytes - this.#at);
  }

  /** Throws `MGV_FILE_READ`. */
  async take(signal: AbortSignal): Promise<RecordBatch | null | undefined> {
    const { log } = this.#options;
    while (!signal.aborted && !this.#isClosed) {
      const news = log.news();
      if (this.#at < this.#segment.bytes) return await this.#takeNext();
      const following = log.segments.find(({ base }) => base > this.#segment.base);
      if (following) {
        await this.#closeFile();
        this.#segment = following;
        this.#at = 0;
      } else if (log.isSealed() && !this.#isSealTold) {
        this.#isSealTold = true;
        return null;
      } else {
        await orAborted(news, signal);
      }
    }
    return undefined;
  }

  async #takeNext(): Promise<RecordBatch | null | undefined> {
    const bytes = await this.#read();
    if (this.#isClosed) {
      await this.#closeFile();
      return undefined;
    }
    if (bytes.length === 0) this.#fail(`there is no whole batch ${this.#at} bytes from its beginning`);
    try {
      const { records, next } = this.#reader.read(bytes, { from: this.#next, aborted: [] });
      this.#next = next;
      this.#at += bytes.length;
      this.#options.log.moved();
      return records && new FetchedBatch(this.#options.topic, this.#options.partition, records);
    } catch (cause) {
      return this.#fail((cause as Error).message, cause);
    }
  }

  async #read(): Promise<Uint8Array> {
    const { path, bytes: end } = this.#segment;
    this.#isReading = true;
    try {
      this.#file ??= await open(path, "r").catch((cause: unknown) => this.#fail((cause as Error).message, cause));
      return await readBatches(this.#file, { path, at: this.#at, end });
    } finally {
      this.#isReading = false;
    }
  }

  #fail(why: string, cause?: unknown): never {
    throw new MangroveError("MGV_FILE_READ", `Cannot read ${this.#segment.path}: ${why}. Put the file back from a copy; or begin anew with another --state.`, { cause });
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#reader[Symbol.dispose]();
    if (!this.#isReading) void this.#closeFile();
  }
}
