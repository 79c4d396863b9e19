import type { Cluster } from "./cluster.ts";
import { check } from "./codes.ts";
import type { BatchToProduce, ProducedPartition } from "./record-messages.ts";
import type { OffsetToCommit, ProducerIdentity } from "./transaction-messages.ts";
import type { OutputProducer, Stamp } from "./output-producer.ts";
import { produce } from "./produce.ts";
import { Sequences } from "./sequences.ts";

/** After this long without its end, the coordinator aborts a transaction: that of a process which is gone. */
const TRANSACTION_MS = 60_000;

/**
 * One transaction after another of one transactional id. Whoever opens the id fences all earlier owners off: what they had begun is aborted, and nothing
 * more of them is ever committed. The first failure that is thrown is the end of a producer; open another.
 */
export class TransactionalProducer implements OutputProducer {
  readonly #cluster: Cluster;
  readonly #transactionalId: string;
  #producerId: bigint;
  #epoch: number;
  readonly #sequences = new Sequences();
  /** Partitions of the open transaction, and whether it has offsets. */
  readonly #joined = new Set<string>();
  #hasOffsets = false;
  #sending: Promise<unknown> = Promise.resolve();

  static async open(cluster: Cluster, transactionalId: string): Promise<TransactionalProducer> {
    const producer = await cluster.persist(async () => {
      const node = await cluster.coordinator(1, transactionalId);
      const answer = await cluster.call(node, "requests", cluster.messages.initProducerId, transactionalId, TRANSACTION_MS);
      check(`begin as ${transactionalId}`, answer.code);
      return answer;
    });
    return new TransactionalProducer(cluster, transactionalId, producer);
  }

  private constructor(cluster: Cluster, transactionalId: string, { producerId, epoch }: { producerId: bigint; epoch: number }) {
    this.#cluster = cluster;
    this.#transactionalId = transactionalId;
    this.#producerId = producerId;
    this.#epoch = epoch;
  }

  /** For the batches of the transaction that is open, or of the next one where none is: not while `commit` is under way. */
  get stamp(): Stamp {
    return {
      producerId: this.#producerId,
      producerEpoch: this.#epoch,
      isTransactional: true,
      sequence: (topic, partition, count) => this.#sequences.take(topic, partition, count),
    };
  }

  /** Resolves once every in-sync replica has all of them; in the order of the calls. */
  send(batches: readonly BatchToProduce[]): Promise<readonly ProducedPartition[]> {
    const join = (round: readonly BatchToProduce[]) => (this.#cluster.joins ? Promise.resolve() : this.#join(round));
    const sent = this.#sending.then(() => produce(this.#cluster, batches, { transactionalId: this.#transactionalId, join }));
    this.#sending = sent;
    sent.catch(() => {}); // told to who awaits it, and to commit
    return sent;
  }

  /** Ends the transaction with the offset in it: all of it can be read from now on. A failure leaves open whether it was. */
  async commit(offset: OffsetToCommit): Promise<void> {
    await this.#sending;
    await this.#commitOffset(offset);
    await this.#end();
  }

  get #identity(): ProducerIdentity {
    return { transactionalId: this.#transactionalId, producerId: this.#producerId, epoch: this.#epoch };
  }

  async #join(batches: readonly BatchToProduce[]): Promise<void> {
    const fresh = batches.filter(({ topic, partition }) => !this.#joined.has(`${topic}/${partition}`));
    if (fresh.length === 0) return;
    const { addPartitions } = this.#cluster.messages;
    await this.#coordinated(addPartitions, fresh.map(({ topic, partition }) => [topic, partition] as const));
    for (const { topic, partition } of fresh) this.#joined.add(`${topic}/${partition}`);
  }

  async #commitOffset(offset: OffsetToCommit): Promise<void> {
    const { messages, joins } = this.#cluster;
    if (!joins && !this.#hasOffsets) {
      await this.#coordinated(messages.addOffsets, offset.group);
      this.#hasOffsets = true;
    }
    await this.#cluster.persist(async () => {
      const node = await this.#cluster.coordinator(0, offset.group);
      const answer = await this.#cluster.call(node, "requests", joins ? messages.commitOffsetJoining : messages.commitOffset, this.#identity, offset);
      check(`store the offset of partition ${offset.partition} of ${offset.topic}`, answer.code);
    });
  }

  /** An answer of the network's makes it unknown whether the transaction was committed, so that nothing is tried again then. */
  async #end(): Promise<void> {
    const { messages, joins } = this.#cluster;
    await this.#cluster.persist(async () => {
      const node = await this.#cluster.coordinator(1, this.#transactionalId);
      const end = joins ? messages.endTransactionAndBump : messages.endTransaction;
      const answer: { code: number; producerId?: bigint; epoch?: number } = await this.#cluster.call(node, "requests", end, this.#identity, true).catch((thrown: unknown) => {
        throw new IndefiniteError(thrown);
      });
      check("commit", answer.code);
      if (answer.epoch === undefined || (answer.epoch === this.#epoch && answer.producerId === this.#producerId)) return;
      this.#producerId = answer.producerId!;
      this.#epoch = answer.epoch;
      this.#sequences.clear();
    });
    this.#joined.clear();
    this.#hasOffsets = false;
  }

  async #coordinated<Rest extends unknown[]>(message: { async(connection: never, producer: ProducerIdentity, ...rest: Rest): Promise<{ code: number } | { codes: readonly number[] }> }, ...rest: Rest): Promise<void> {
    await this.#cluster.persist(async () => {
      const node = await this.#cluster.coordinator(1, this.#transactionalId);
      const answer = await this.#cluster.call(node, "requests", message, this.#identity, ...rest);
      for (const code of "code" in answer ? [answer.code] : answer.codes) check("join the transaction", code);
    });
  }
}

/** The end of a transaction was asked for, and it is not known whether it came to pass. */
export class IndefiniteError extends Error {
  constructor(cause: unknown) {
    super("it is not known whether the transaction was committed", { cause });
    this.name = "IndefiniteError";
  }
}
