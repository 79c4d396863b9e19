import type { Cluster } from "./cluster.ts";
import { check } from "./codes.ts";
import { coordinated } from "./coordinated.ts";
import type { BatchToProduce, ProducedPartition } from "./record-messages.ts";
import type { OffsetToCommit, ProducerIdentity } from "./transaction-messages.ts";
import type { OutputProducer, Stamp } from "./output-producer.ts";
import { produce } from "./produce.ts";
import { Sequences } from "./sequences.ts";
import { endAnew, ended, unendedOf, wasCommitted, type Reach } from "./unended.ts";

/** After this long without its end, the coordinator aborts a transaction: that of a process which is gone. */
const TRANSACTION_MS = 60_000;

const JOIN = "join the transaction";

/**
 * One transaction after another of one transactional id. Whoever opens the id fences all earlier owners off: what they had begun is aborted, and nothing
 * more of them is ever committed. The first failure that is thrown is the end of a producer; open another.
 */
export class TransactionalProducer implements OutputProducer {
  readonly #cluster: Cluster;
  readonly #transactionalId: string;
  readonly #reach: Reach;
  #producerId: bigint;
  #epoch: number;
  readonly #sequences = new Sequences();
  /** Partitions of the open transaction, and whether it has offsets. */
  readonly #joined = new Set<string>();
  #hasOffsets = false;
  /** Nothing of the next transaction has arrived. */
  #isFresh = true;
  /** Of connections, when the last transaction was about to end. */
  #losses: number;
  #looking: Promise<void> | null = null;
  #sending: Promise<unknown> = Promise.resolve();

  /** What an earlier owner has left without an end is given the one that it had; `tell` hears of it. */
  static async open(cluster: Cluster, transactionalId: string, { reach, tell = () => {} }: { readonly reach: Reach; readonly tell?: (sentence: string) => void }): Promise<TransactionalProducer> {
    let outcome: boolean | null = null;
    for (;;) {
      const producer = await cluster.persist(async () => {
        outcome = (await wasCommitted(cluster, transactionalId)) ?? outcome;
        const node = await cluster.coordinator(1, transactionalId);
        const answer = await cluster.call(node, "requests", cluster.messages.initProducerId, transactionalId, TRANSACTION_MS);
        check(`begin as ${transactionalId}`, answer.code);
        return { transactionalId, producerId: answer.producerId, epoch: answer.epoch };
      });
      const unended = await unendedOf(cluster, producer.producerId, reach);
      if (unended === null) return new TransactionalProducer(cluster, producer, reach);
      // of an owner that died before it could do this: nothing may be lost, though something may come twice
      const isCommit: boolean = outcome ?? !unended.hasOffset;
      const places = [...unended.partitions.map(([topic, partition]) => `partition ${partition} of ${topic}`), ...(unended.hasOffset ? [`the offset of partition ${reach.partition} of ${reach.topic}`] : [])];
      tell(`the broker did not end the last transaction of ${transactionalId} in ${places.join(", ")}: it is ${isCommit ? "committed" : "aborted"} there now${outcome === null ? ", which is a guess: results may come twice" : ""}`);
      await endAnew(cluster, producer, unended, { group: reach.group, isCommit });
    }
  }

  private constructor(cluster: Cluster, { transactionalId, producerId, epoch }: ProducerIdentity, reach: Reach) {
    this.#cluster = cluster;
    this.#transactionalId = transactionalId;
    this.#producerId = producerId;
    this.#epoch = epoch;
    this.#reach = reach;
    this.#losses = cluster.losses;
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
    const transaction = { transactionalId: this.#transactionalId, way: this.#way, join: (round: readonly BatchToProduce[]) => this.#join(round) };
    const send = async () => {
      const produced = await produce(this.#cluster, batches, transaction);
      this.#isFresh &&= batches.length === 0;
      return produced;
    };
    const sent = this.#sending.then(send);
    this.#sending = sent;
    sent.catch(() => {}); // told to who awaits it, and to commit
    return sent;
  }

  /** Ends the transaction with the offset in it: all of it can be read from now on. A failure leaves open whether it was. */
  async commit(offset: OffsetToCommit): Promise<void> {
    if (!this.#cluster.joins) await this.#sending; // what joins has an order then
    await Promise.all([this.#sending, this.#commitOffset(offset)]);
    this.#losses = this.#cluster.losses;
    await this.#end();
    this.#isFresh = true;
  }

  get #identity(): ProducerIdentity {
    return { transactionalId: this.#transactionalId, producerId: this.#producerId, epoch: this.#epoch };
  }

  /** What a transaction waits for is no other's. */
  get #way(): number {
    return this.#reach.partition;
  }

  /** Nothing is added to what the broker has left without an end since the last transaction. */
  async #begin(): Promise<void> {
    if (!this.#isFresh || this.#cluster.losses === this.#losses) return;
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { losses } = this.#cluster;
    await ended(this.#cluster, this.#transactionalId);
    if ((await unendedOf(this.#cluster, this.#producerId, this.#reach)) !== null) throw new IndefiniteError("the broker did not end the last transaction everywhere");
    this.#losses = losses;
  }

  async #join(batches: readonly BatchToProduce[]): Promise<void> {
    await this.#begin();
    if (this.#cluster.joins) return;
    const fresh = batches.filter(({ topic, partition }) => !this.#joined.has(`${topic}/${partition}`));
    if (fresh.length === 0) return;
    const { addPartitions } = this.#cluster.messages;
    await coordinated(this.#cluster, JOIN, addPartitions, { ...this.#identity, way: this.#way }, fresh.map(({ topic, partition }) => [topic, partition] as const));
    for (const { topic, partition } of fresh) this.#joined.add(`${topic}/${partition}`);
  }

  async #commitOffset(offset: OffsetToCommit): Promise<void> {
    const { messages, joins } = this.#cluster;
    if (!joins && !this.#hasOffsets) {
      await this.#begin();
      await coordinated(this.#cluster, JOIN, messages.addOffsets, { ...this.#identity, way: this.#way }, offset.group);
      this.#hasOffsets = true;
    }
    await this.#cluster.persist(async () => {
      await this.#begin();
      const node = await this.#cluster.coordinator(0, offset.group);
      const answer = await this.#cluster.call(node, this.#way, joins ? messages.commitOffsetJoining : messages.commitOffset, this.#identity, offset);
      check(`store the offset of partition ${offset.partition} of ${offset.topic}`, answer.code);
    });
  }

  /** An answer of the network's makes it unknown whether the transaction was committed, so that nothing is tried again then. */
  async #end(): Promise<void> {
    const { messages, joins } = this.#cluster;
    await this.#cluster.persist(async () => {
      const node = await this.#cluster.coordinator(1, this.#transactionalId);
      const end = joins ? messages.endTransactionAndBump : messages.endTransaction;
      const answer: { code: number; producerId?: bigint; epoch?: number } = await this.#cluster.call(node, this.#way, end, this.#identity, true).catch((thrown: unknown) => {
        throw new IndefiniteError("it is not known whether the transaction was committed", thrown);
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
}

/** What became of a transaction is not known here: whoever opens the id anew learns it. */
export class IndefiniteError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "IndefiniteError";
  }
}
