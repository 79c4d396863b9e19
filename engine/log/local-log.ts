import { join } from "node:path";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import type { PartitionedLog, PartitionReader } from "../source/partition.ts";
import type { RecordFormat } from "../source/source.ts";
import type { OpenFile } from "./batch-file.ts";
import { LocalPartition } from "./local-partition.ts";

export interface LocalLogOptions {
  readonly kernel: Kernel;
  /** Each partition has a folder in it, named by its number. */
  readonly directory: string;
  readonly topic: string;
  /** `isTimed`: records get the time at which they are appended. */
  readonly partitions: readonly { readonly format: RecordFormat; readonly isTimed: boolean }[];
  /** Epoch ms. */
  readonly now: () => number;
  readonly segmentBytes?: number;
  readonly openFile?: OpenFile;
}

/** A topic in a local directory. */
export class LocalLog implements PartitionedLog, AsyncDisposable {
  readonly topic: string;
  readonly #formats: readonly RecordFormat[];
  readonly #partitions: readonly LocalPartition[];

  /** Throws `MGV_FILE_READ`, `MGV_FILE_WRITE`. */
  static async open({ directory, partitions, now, ...options }: LocalLogOptions): Promise<LocalLog> {
    await using opened = new AsyncDisposableStack();
    const found: LocalPartition[] = [];
    for (const [partition, { isTimed }] of partitions.entries()) {
      found.push(opened.use(await LocalPartition.open({ ...options, partition, directory: join(directory, String(partition)), now: isTimed ? now : null })));
    }
    opened.move();
    return new LocalLog(options.topic, partitions.map(({ format }) => format), found);
  }

  private constructor(topic: string, formats: readonly RecordFormat[], partitions: readonly LocalPartition[]) {
    this.topic = topic;
    this.#formats = formats;
    this.#partitions = partitions;
  }

  get partitions(): readonly LocalPartition[] {
    return this.#partitions;
  }

  formatOf(partition: number): RecordFormat {
    return this.#formats[partition]!;
  }

  open(partition: number, from: number): PartitionReader {
    return this.#partitions[partition]!.open(from);
  }

  async beginning(partition: number): Promise<number> {
    return (await this.bounds(partition)).low;
  }

  bounds(partition: number): Promise<{ readonly low: number; readonly high: number }> {
    return Promise.resolve(this.#partitions[partition]!.bounds);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const partition of this.#partitions) await partition[Symbol.asyncDispose]();
  }
}
