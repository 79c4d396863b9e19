import type { ConnectionPool, Consumer } from "@platformatic/kafka";
import type { Assignment } from "./assignment.ts";
import { fetchPartitionBytes } from "./patience.ts";
import type { Client, ConnectionSettings } from "./platformatic-connection.ts";
import type { FetchResponse } from "./platformatic-records.ts";

/** What one node sent, and the offsets that were asked for. */
export interface Answer {
  readonly asked: ReadonlyMap<number, number>;
  readonly response: FetchResponse;
}

type FetchError = Error & { readonly response?: FetchResponse };
type Outcome = { readonly node: number } & ({ readonly answer: Answer } | { readonly error: FetchError });

/** Kafka's code for an offset that the partition does not hold. */
const outOfRange = 1;

/** Asks the nodes that lead a topic's partitions for records: one fetch each at a time, and only when told to. */
export class Fetches {
  readonly #client: Client;
  readonly #consumer: Consumer;
  readonly #topic: string;
  /** Fetches wait at the broker, and a connection answers in order: heartbeats and commits go over another. */
  readonly #pool: ConnectionPool;
  readonly #underWay = new Map<number, Promise<Outcome>>();

  constructor(client: Client, settings: ConnectionSettings, consumer: Consumer, topic: string) {
    this.#client = client;
    this.#consumer = consumer;
    this.#topic = topic;
    this.#pool = new client.ConnectionPool(consumer.clientId, settings);
  }

  /** The next answer of any node; null when there is nothing to ask for, or an offset has to be found anew. */
  async next(assignment: Assignment): Promise<Answer | null> {
    await this.#start(assignment.positions);
    if (this.#underWay.size === 0) return null;
    const outcome = await Promise.race(this.#underWay.values());
    this.#underWay.delete(outcome.node);
    if ("answer" in outcome) return outcome.answer;
    this.#forgetOutOfRange(assignment, outcome.error);
    return null;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #start(positions: ReadonlyMap<number, number>): Promise<void> {
    const found = (await this.#consumer.metadata({ topics: [this.#topic] })).topics.get(this.#topic)!;
    const byNode = new Map<number, Map<number, number>>();
    for (const [partition, offset] of positions) {
      const node = found.partitions[partition]?.leader;
      if (node === undefined || this.#underWay.has(node)) continue;
      byNode.set(node, (byNode.get(node) ?? new Map<number, number>()).set(partition, offset));
    }
    for (const [node, asked] of byNode) {
      const partitions = [...asked].map(([partition, offset]) => ({
        partition,
        currentLeaderEpoch: found.partitions[partition]!.leaderEpoch,
        fetchOffset: BigInt(offset),
        lastFetchedEpoch: -1,
        partitionMaxBytes: fetchPartitionBytes,
      }));
      const request = { node, topics: [{ topicId: found.id, partitions }], connectionPool: this.#pool };
      const outcome = this.#consumer.fetch(request).then(
        (response): Outcome => ({ node, answer: { asked, response } }),
        (error: FetchError): Outcome => ({ node, error }),
      );
      this.#underWay.set(node, outcome);
    }
  }

  /** Records at the offset were deleted, or the topic was made anew: those partitions start again. Throws the rest. */
  #forgetOutOfRange(assignment: Assignment, error: FetchError): void {
    if (this.#client.findErrorBy(error, "apiId", "OFFSET_OUT_OF_RANGE") === null) throw error;
    for (const { partitions } of error.response?.responses ?? [])
      for (const { errorCode, partitionIndex } of partitions)
        if (errorCode === outOfRange) assignment.forget(partitionIndex);
  }
}
