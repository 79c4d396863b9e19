import type { RecordBatch } from "../source/source.ts";
import type { Compression } from "./compression.ts";
import type { BrokerSecurity } from "./security.ts";

/** A record to be produced. */
export interface ProducedRecord {
  readonly topic: string;
  readonly key: string | null;
  readonly value: string;
}

/**
 * Where a group begins with a partition of which it has stored no offset: the first record there is, behind the last one, or the first that was appended
 * at `atMs` (epoch ms, whole, 0 or more) or later; behind the last one where there is none such.
 */
export type Beginning = "earliest" | "latest" | { readonly atMs: number };

/** The next offset that a group has stored for a partition. */
export interface StoredOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** A group member's reading of one topic. */
export interface Subscription extends AsyncDisposable {
  /**
   * Batches of one partition each, in offset order within a partition. The broker is not asked for more than a bounded
   * amount ahead of the consumer. Ends quietly when `signal` aborts; throws `MGV_BROKER` when the broker stays away.
   */
  batches(signal: AbortSignal): AsyncIterable<RecordBatch>;
  /** Stores for the group that everything below `nextOffset` is done with. Offsets of an earlier holding of the partition are passed over. */
  commit(partition: number, nextOffset: number): Promise<void>;
  /**
   * For each assigned partition the offset after everything that was handed out or passed over; 0 while that is not
   * known. Transaction markers, aborted and deleted records have offsets too, so a partition may end beyond its last record.
   */
  positions(): ReadonlyMap<number, number>;
  /** The next offset that the group has stored for each assigned partition; absent where none is stored. */
  committed(): Promise<ReadonlyMap<number, number>>;
}

/** A Kafka cluster, through one of its clients. Every failure is a `MangroveError` that names the servers asked. */
export interface Broker extends AsyncDisposable {
  readonly client: "platformatic" | "kafkajs";
  /** Asks the cluster for its topics; throws `MGV_BROKER` within about 5 s when it cannot be reached. */
  topics(): Promise<readonly string[]>;
  /** Creates those that do not exist, with `partitions` partitions ({@link BrokerOptions.topicPartitions}) and the broker's `settings`; others stay as they are. */
  ensureTopics(names: readonly string[], options?: { partitions?: number; settings?: Readonly<Record<string, string>> }): Promise<void>;
  /** The settings of a topic as the broker has them; null where this client may not know them. */
  settingsOf(topic: string): Promise<ReadonlyMap<string, string | null> | null>;
  /** The offset after the last record of each partition. */
  endOffsets(topic: string): Promise<ReadonlyMap<number, number>>;
  /** Resolves once every in-sync replica has all of them; order within a key is kept. */
  produce(records: readonly ProducedRecord[]): Promise<void>;
  /** Joins `group`, and goes on from what it has stored, or the first record behind it that is there; `from` counts where that is nothing, or behind the partition's end. */
  subscribe(options: { topic: string; group: string; from: Beginning }): Promise<Subscription>;
  /** All that `group` has stored, by topic and partition in their order; empty for a group that does not exist. */
  storedOffsets(group: string): Promise<readonly StoredOffset[]>;
  /** Deletes the group with all that it has stored. Throws `MGV_BROKER` while it has members; one that does not exist stays so. */
  forgetGroup(group: string): Promise<void>;
}

export interface BrokerOptions {
  /** `host:port`, one or more. */
  readonly servers: readonly string[];
  readonly clientId?: string;
  /** Null, the default, for a cluster that takes everybody. */
  readonly security?: BrokerSecurity | null;
  /** Of produced records; none by default. */
  readonly compression?: Compression;
  /** Partitions of topics that are made without another number; 1 by default. */
  readonly topicPartitions?: number;
}
