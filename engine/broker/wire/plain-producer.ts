import type { Identity } from "../membership/messages.ts";
import type { Cluster } from "./cluster.ts";
import { check } from "./codes.ts";
import type { BatchToProduce, ProducedPartition } from "./record-messages.ts";
import type { OffsetToCommit } from "./transaction-messages.ts";
import { unstamped, type OutputProducer } from "./output-producer.ts";
import { produce } from "./produce.ts";

/** As whom the group takes offsets at present: with the consumer protocol, or the classic one. */
export interface Membership {
  readonly protocol: "consumer" | "classic";
  readonly identity: Identity;
}

/** Without transactions: what was sent can be read at once, also where its offset is never stored and it comes again. */
export class PlainProducer implements OutputProducer {
  readonly stamp = unstamped;
  readonly #cluster: Cluster;
  readonly #membership: () => Membership;
  #sending: Promise<unknown> = Promise.resolve();

  constructor(cluster: Cluster, membership: () => Membership) {
    this.#cluster = cluster;
    this.#membership = membership;
  }

  send(batches: readonly BatchToProduce[]): Promise<readonly ProducedPartition[]> {
    const sent = this.#sending.then(() => produce(this.#cluster, batches));
    this.#sending = sent;
    sent.catch(() => {}); // told to who awaits it, and to commit
    return sent;
  }

  async commit(offset: OffsetToCommit): Promise<void> {
    await this.#sending;
    const { messages } = this.#cluster;
    await this.#cluster.persist(async () => {
      const { protocol, identity } = this.#membership();
      const node = await this.#cluster.coordinator(0, offset.group);
      const message = protocol === "consumer" ? messages.storeOffsetByEpoch : messages.storeOffset;
      const answer = await this.#cluster.call(node, "requests", message, identity, offset);
      check(`store the offset of partition ${offset.partition} of ${offset.topic}`, answer.code);
    });
  }
}
