import type { Cluster } from "./cluster.ts";
import { check } from "./codes.ts";
import type { BatchToProduce, ProducedPartition } from "./record-messages.ts";
import type { Stamp } from "./output-producer.ts";
import { produce } from "./produce.ts";
import { Sequences } from "./sequences.ts";

/** No transactions, and yet nothing twice: the broker knows what it has of this producer. The first failure that is thrown is the end of one; another does not know what arrived. */
export class IdempotentProducer {
  readonly stamp: Stamp;
  readonly #cluster: Cluster;

  /** `topic`: one that there is. */
  static async open(cluster: Cluster, topic: string): Promise<IdempotentProducer> {
    const { producerId, epoch } = await cluster.persist(async () => {
      const node = await cluster.leader(topic, 0);
      const answer = await cluster.call(node, "requests", cluster.messages.initProducerId, null, 0);
      check("begin as a producer", answer.code);
      return answer;
    });
    return new IdempotentProducer(cluster, { producerId, epoch });
  }

  private constructor(cluster: Cluster, { producerId, epoch }: { producerId: bigint; epoch: number }) {
    this.#cluster = cluster;
    const sequences = new Sequences();
    this.stamp = { producerId, producerEpoch: epoch, isTransactional: false, sequence: (topic, partition, count) => sequences.take(topic, partition, count) };
  }

  /** Resolves once every in-sync replica has all of them. One call at a time. */
  send(batches: readonly BatchToProduce[]): Promise<readonly ProducedPartition[]> {
    return produce(this.#cluster, batches);
  }
}
