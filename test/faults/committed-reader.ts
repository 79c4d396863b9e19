import * as client from "@platformatic/kafka";
import { readPartition } from "../../engine/broker/platformatic-records.ts";
import { check } from "../../engine/broker/wire/codes.ts";
import { recordMessages } from "../../engine/broker/wire/record-messages.ts";
import type { RecordBatch } from "../../engine/source/source.ts";

const { fetch } = recordMessages(client);

/** Committed records of one topic, as a reader sees them that joins no group: each call goes on where the one before it ended. */
export class CommittedReader implements AsyncDisposable {
  readonly #topic: string;
  readonly #admin: client.Admin;
  readonly #pool = new client.ConnectionPool("faults");
  readonly #next = new Map<number, number>();

  constructor(servers: string, topic: string) {
    this.#topic = topic;
    this.#admin = new client.Admin({ clientId: "faults", bootstrapBrokers: [servers], retries: 5 });
  }

  /** Gives what lies before `ends` (by partition), that of a partition in offset order. After a failure the next call goes on where this one came to. */
  async upTo(ends: readonly number[], give: (records: RecordBatch) => void): Promise<void> {
    if (ends.every((end, partition) => this.#placeOf(partition) >= end)) return;
    const { topics, brokers } = await this.#admin.metadata({ topics: [this.#topic], forceUpdate: true });
    for (const [partition, end] of ends.entries()) {
      const connection = await this.#pool.get(brokers.get(topics.get(this.#topic)!.partitions[partition]!.leader)!);
      for (let next = this.#placeOf(partition); next < end; next = this.#placeOf(partition)) {
        const answer = await fetch.async(connection, { topic: this.#topic, partitions: new Map([[partition, next]]), waitMs: 200, maxBytes: 8 << 20, partitionBytes: 4 << 20, isCommitted: true });
        const [fetched] = answer.partitions;
        check(`read partition ${partition} of ${this.#topic}`, answer.code || fetched!.code);
        const read = readPartition(client, this.#topic, fetched!, next);
        this.#next.set(partition, read.next);
        if (read.records !== null) give(read.records);
      }
    }
  }

  /** Offsets up to `ends`, by partition. */
  left(ends: readonly number[]): number[] {
    return ends.map((end, partition) => Math.max(end - this.#placeOf(partition), 0));
  }

  /** So large a share of what is left up to `ends`. */
  near(ends: readonly number[], share: number): number[] {
    return this.left(ends).map((left, partition) => this.#placeOf(partition) + Math.ceil(left * share));
  }

  #placeOf(partition: number): number {
    return this.#next.get(partition) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([this.#admin.close(), this.#pool.close()]);
  }
}

/** All committed records of a topic up to `ends` (by partition). */
export async function readCommitted(servers: string, topic: string, ends: readonly number[]): Promise<RecordBatch[]> {
  await using reader = new CommittedReader(servers, topic);
  const batches: RecordBatch[] = [];
  await reader.upTo(ends, (records) => batches.push(records));
  return batches;
}
