import type { ConnectionPool, Consumer } from "@platformatic/kafka";
import type { Assignment } from "./assignment.ts";
import { fetchBytes, fetchPartitionBytes, fetchWaitMs } from "./patience.ts";
import type { Client, ConnectionSettings } from "./platformatic-connection.ts";
import { check, OFFSET_OUT_OF_RANGE } from "./wire/codes.ts";
import { recordMessages, type FetchedPartition } from "./wire/record-messages.ts";

/** What one node sent, and the offsets that were asked for. */
export interface Answer {
  readonly asked: ReadonlyMap<number, number>;
  readonly partitions: readonly FetchedPartition[];
}

type Outcome = { readonly node: number } & ({ readonly answer: Answer } | { readonly thrown: unknown });

/**
 * Asks the nodes that lead a topic's partitions for records: one fetch each at a time, and only when told to. The requests are our own, because those of the client's consumer leave out committed records: all
 * that lies between the begin of an aborted transaction and the last mark of an abort that its producer has in the answer.
 */
export class Fetches {
  readonly #consumer: Consumer;
  readonly #topic: string;
  readonly #fetch: ReturnType<typeof recordMessages>["fetch"];
  /** Fetches wait at the broker, and a connection answers in order: heartbeats and commits go over another. */
  readonly #pool: ConnectionPool;
  readonly #underWay = new Map<number, Promise<Outcome>>();
  /** The leaders may be others than those that are known. */
  #isStale = false;

  constructor(client: Client, settings: ConnectionSettings, consumer: Consumer, topic: string) {
    this.#consumer = consumer;
    this.#topic = topic;
    this.#fetch = recordMessages(client).fetch;
    this.#pool = new client.ConnectionPool(consumer.clientId, settings);
  }

  /** The next answer of any node; null when there is nothing to ask for, or an offset has to be found anew. */
  async next(assignment: Assignment): Promise<Answer | null> {
    await this.#start(assignment.positions);
    if (this.#underWay.size === 0) return null;
    const outcome = await Promise.race(this.#underWay.values());
    this.#underWay.delete(outcome.node);
    this.#isStale = "thrown" in outcome;
    if ("thrown" in outcome) throw outcome.thrown;
    return this.#withoutLost(assignment, outcome.answer);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #start(positions: ReadonlyMap<number, number>): Promise<void> {
    const { topics, brokers } = await this.#consumer.metadata({ topics: [this.#topic], forceUpdate: this.#isStale });
    const byNode = new Map<number, Map<number, number>>();
    for (const [partition, offset] of positions) {
      const node = topics.get(this.#topic)!.partitions[partition]?.leader;
      if (node === undefined || this.#underWay.has(node)) continue;
      byNode.set(node, (byNode.get(node) ?? new Map<number, number>()).set(partition, offset));
    }
    for (const [node, asked] of byNode) {
      const outcome = this.#ask(brokers.get(node), asked).then(
        (partitions): Outcome => ({ node, answer: { asked, partitions } }),
        (thrown: unknown): Outcome => ({ node, thrown }),
      );
      this.#underWay.set(node, outcome);
    }
  }

  async #ask(node: { readonly host: string; readonly port: number } | undefined, asked: ReadonlyMap<number, number>): Promise<readonly FetchedPartition[]> {
    const connection = await this.#pool.get(node!);
    const request = { topic: this.#topic, partitions: asked, waitMs: fetchWaitMs, maxBytes: fetchBytes, partitionBytes: fetchPartitionBytes, isCommitted: true };
    const { code, partitions } = await this.#fetch.async(connection, request);
    check(`fetch from ${this.#topic}`, code);
    return partitions;
  }

  /** Where records at the offset were deleted, or the topic was made anew, the partition starts again. Throws for other errors of a partition. */
  #withoutLost(assignment: Assignment, { asked, partitions }: Answer): Answer | null {
    for (const { partition, code } of partitions) {
      if (code === OFFSET_OUT_OF_RANGE) assignment.forget(partition);
      else {
        this.#isStale ||= code !== 0;
        check(`fetch from partition ${partition} of ${this.#topic}`, code);
      }
    }
    const found = partitions.filter(({ code }) => code === 0);
    return found.length > 0 ? { asked, partitions: found } : null;
  }
}
