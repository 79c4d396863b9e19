import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../../kernel-as/host/record-batch-reader.ts";
import type { Beginning } from "../../broker/broker.ts";
import type { Cluster } from "../../broker/wire/cluster.ts";
import { decompressor } from "../../broker/wire/codecs.ts";
import { Fetcher } from "../../broker/wire/fetcher.ts";
import { boundsOf, offsetAt } from "../../broker/wire/offsets.ts";
import type { PartitionedLog, PartitionReader } from "../../source/partition.ts";
import type { RecordFormat } from "../../source/source.ts";
import { FetchedBatch } from "../../source/fetched-batch.ts";

/** A topic's partitions, read as far as they are committed. */
export class KafkaPartitions implements PartitionedLog, AsyncDisposable {
  readonly topic: string;
  readonly #cluster: Cluster;
  readonly #kernel: Kernel;
  readonly #from: Beginning;
  readonly #fetcher: Fetcher;
  /** Where the reader of a partition is. */
  readonly #places = new Map<number, () => number>();

  /** `from`: where a task begins of which nothing is kept. */
  constructor(cluster: Cluster, kernel: Kernel, { topic, from }: { topic: string; from: Beginning }) {
    this.topic = topic;
    this.#cluster = cluster;
    this.#kernel = kernel;
    this.#from = from;
    this.#fetcher = new Fetcher(cluster, topic);
  }

  formatOf(): RecordFormat {
    return { kind: "json" };
  }

  open(partition: number, from: number): PartitionReader {
    const feed = this.#fetcher.open(partition, from);
    const reader = new RecordBatchReader(this.#kernel, { decompress: decompressor(this.#cluster.client) });
    const { topic } = this;
    let next = from;
    let isClosed = false;
    const place = () => next;
    this.#places.set(partition, place);
    const closed = () => this.#places.get(partition) === place && this.#places.delete(partition);
    return {
      get next() {
        return next;
      },
      get isAtEnd() {
        return feed.isAtEnd && feed.isHeard;
      },
      async take(signal) {
        const fetched = await feed.take(signal);
        if (fetched === undefined || isClosed) return undefined;
        const { records, next: behind } = reader.read(fetched.bytes, fetched);
        next = behind;
        return records && new FetchedBatch(topic, partition, records);
      },
      [Symbol.dispose]() {
        isClosed = true;
        closed();
        feed.close();
        reader[Symbol.dispose]();
      },
    };
  }

  async beginning(partition: number): Promise<number> {
    const { low, high } = await this.bounds(partition);
    if (this.#from === "earliest") return low;
    if (this.#from === "latest") return high;
    return (await offsetAt(this.#cluster, { topic: this.topic, partition, atMs: this.#from.atMs })) ?? high;
  }

  bounds(partition: number): Promise<{ low: number; high: number }> {
    return boundsOf(this.#cluster, { topic: this.topic, partition });
  }

  /** How many offsets the partitions that are being read are behind their ends. Throws `MGV_BROKER`. */
  async lags(): Promise<Map<number, number>> {
    const ends = await Promise.all(Array.from(this.#places, async ([partition, place]) => ({ partition, place, high: (await this.bounds(partition)).high })));
    return new Map(ends.map(({ partition, place, high }) => [partition, Math.max(0, high - place())]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#fetcher[Symbol.asyncDispose]();
  }
}
