import { Admin, FetchIsolationLevels, ListOffsetTimestamps, ProduceAcks, Producer } from "@platformatic/kafka";
import { readBookmark, type Bookmark } from "../../engine/runtime/kafka/bookmark.ts";
import type { FedRecord } from "./feed.ts";

export type Isolation = "committed" | "uncommitted";

/** What the harness does to the cluster and asks it, by a client of its own. */
export class Cluster implements AsyncDisposable {
  readonly #admin: Admin;
  readonly #producer: Producer;

  constructor(servers: string) {
    const settings = { clientId: "faults", bootstrapBrokers: [servers], connectTimeout: 2000, requestTimeout: 30_000 };
    this.#admin = new Admin({ ...settings, retries: 3 });
    this.#producer = new Producer({ ...settings, retries: 100, idempotent: true });
  }

  /** As the engine makes them: the broker dates their records. `retentionBytes`: of a partition no more is kept than about this. */
  async create(topics: readonly string[], partitions: number, { retentionBytes }: { readonly retentionBytes?: number } = {}): Promise<void> {
    const bounded = retentionBytes === undefined ? [] : [{ name: "retention.bytes", value: String(retentionBytes) }, { name: "segment.bytes", value: String(Math.floor(retentionBytes / 4)) }];
    await this.#admin.createTopics({ topics: [...topics], partitions, configs: [{ name: "message.timestamp.type", value: "LogAppendTime" }, ...bounded] });
  }

  async append(topic: string, records: readonly FedRecord[]): Promise<void> {
    const messages = records.map(({ partition, key, value }) => ({ topic, partition, key: Buffer.from(key), value: Buffer.from(value) }));
    await this.#producer.send({ acks: ProduceAcks.ALL, messages });
  }

  async topics(): Promise<readonly string[]> {
    return this.#admin.listTopics({ includeInternals: false });
  }

  /** The offset behind the last record of each partition, by topic; committed: before the first transaction that is open. */
  async ends(topics: readonly string[], isolation: Isolation): Promise<ReadonlyMap<string, readonly number[]>> {
    const metadata = await this.#admin.metadata({ topics: [...topics], forceUpdate: true });
    const asked = topics.map((name) => ({
      name,
      partitions: metadata.topics.get(name)!.partitions.map((_, partitionIndex) => ({ partitionIndex, timestamp: ListOffsetTimestamps.LATEST })),
    }));
    const isolationLevel = isolation === "committed" ? FetchIsolationLevels.READ_COMMITTED : FetchIsolationLevels.READ_UNCOMMITTED;
    const listed = await this.#admin.listOffsets({ topics: asked, isolationLevel });
    return new Map(listed.map(({ name, partitions }) => [name, partitions.toSorted((a, b) => a.partitionIndex - b.partitionIndex).map(({ offset }) => Number(offset))]));
  }

  /** Offsets below which the group has committed all, by partition. */
  async committed(topic: string, group: string): Promise<ReadonlyMap<number, number>> {
    const stored = await this.#stored(topic, group);
    return new Map(stored.map(({ partitionIndex, committedOffset }) => [partitionIndex, Math.max(0, Number(committedOffset))]));
  }

  /** Records of each partition of the topic that the group has not committed. */
  async lags(topic: string, group: string): Promise<number[]> {
    const ends = (await this.ends([topic], "uncommitted")).get(topic)!;
    const stored = await this.#stored(topic, group);
    return ends.map((end, partition) => end - Math.max(0, Number(stored.find(({ partitionIndex }) => partitionIndex === partition)?.committedOffset ?? 0)));
  }

  /** What stands beside the committed offsets, by partition; only where something was committed. */
  async bookmarks(topic: string, group: string): Promise<ReadonlyMap<number, Bookmark>> {
    const stored = await this.#stored(topic, group);
    return new Map(stored.flatMap(({ partitionIndex, metadata }) => [[partitionIndex, readBookmark(metadata ?? null)] as const]).filter((entry): entry is [number, Bookmark] => entry[1] !== null));
  }

  async #stored(topic: string, group: string) {
    const [found] = await this.#admin.listConsumerGroupOffsets({ groups: [group] });
    return found?.topics.find(({ name }) => name === topic)?.partitions ?? [];
  }

  /** Partitions in which records of open transactions lie. */
  async open(topics: readonly string[]): Promise<number> {
    const all = await this.ends(topics, "uncommitted");
    const committed = await this.ends(topics, "committed");
    return topics.reduce((sum, topic) => sum + all.get(topic)!.filter((end, partition) => end > committed.get(topic)![partition]!).length, 0);
  }

  /** Records and markers of all partitions of all topics. */
  async written(topics: readonly string[]): Promise<number> {
    const ends = await this.ends(topics, "uncommitted");
    return [...ends.values()].flat().reduce((sum, end) => sum + end, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([this.#admin.close(), this.#producer.close(true)]);
  }
}
