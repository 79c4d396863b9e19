import type { Beginning, Broker, Subscription } from "../broker/broker.ts";
import type { RecordBatch, RecordFormat, Source } from "./source.ts";

export interface KafkaSourceOptions {
  /** Stays the caller's to dispose of. */
  readonly broker: Broker;
  readonly topic: string;
  /** The consumer group that shares the topic's partitions and remembers what is done. */
  readonly group: string;
  /** Where a group without a stored offset begins; "earliest" by default. */
  readonly from?: Beginning;
  /** Ends once every partition that this member holds is read up to where it ended at the start. */
  readonly untilEnd?: boolean;
}

export interface KafkaSource extends Source {
  /** The partitions that this member holds, and those of them that it goes on with from an offset that its group had stored. To be asked before reading. */
  holdings(): Promise<{ readonly held: number; readonly resumed: number }>;
}

/** Reads JSON records of a Kafka topic as a member of a group. Creates the topic, with one partition, when it is missing. */
export async function kafkaSource(options: KafkaSourceOptions): Promise<KafkaSource> {
  const { broker, topic, group, from = "earliest", untilEnd = false } = options;
  await broker.ensureTopics([topic]);
  const ends = untilEnd ? await broker.endOffsets(topic) : null;
  return new GroupSource(topic, group, await broker.subscribe({ topic, group, from }), ends);
}

const format: RecordFormat = { kind: "json" };

/** How often to look whether the end was passed without a record: transaction markers come in no batch. */
const lookMs = 200;

class GroupSource implements KafkaSource {
  readonly topic: string;
  readonly isWhole = false;
  readonly description: string;
  readonly #subscription: Subscription;
  readonly #ends: ReadonlyMap<number, number> | null;

  constructor(
    topic: string,
    group: string,
    subscription: Subscription,
    ends: ReadonlyMap<number, number> | null,
  ) {
    this.topic = topic;
    this.description = `Kafka topic ${topic}, as group ${group}${ends === null ? "" : ", to its present end"}`;
    this.#subscription = subscription;
    this.#ends = ends;
  }

  async holdings(): Promise<{ held: number; resumed: number }> {
    const stored = await this.#subscription.committed();
    const positions = [...this.#subscription.positions()];
    // one that is stored but no longer in the partition was not used
    return { held: positions.length, resumed: positions.filter(([partition, next]) => stored.get(partition) === next).length };
  }

  async *read(signal: AbortSignal): ReturnType<Source["read"]> {
    const ends = this.#ends;
    const batches = ends === null ? this.#subscription.batches(signal) : this.#batchesUntil(ends, signal);
    for await (const records of batches) yield { format, records };
  }

  commit(partition: number, nextOffset: number): Promise<void> {
    return this.#subscription.commit(partition, nextOffset);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#subscription[Symbol.asyncDispose]();
  }

  async *#batchesUntil(ends: ReadonlyMap<number, number>, signal: AbortSignal): AsyncGenerator<RecordBatch> {
    const atEnd = new AbortController();
    const batches = this.#subscription.batches(AbortSignal.any([signal, atEnd.signal]))[Symbol.asyncIterator]();
    const look = setInterval(() => this.#hasPassed(ends) && atEnd.abort(), lookMs);
    try {
      while (!this.#hasPassed(ends)) {
        const { done, value } = await batches.next();
        if (done) return;
        yield value;
      }
    } finally {
      clearInterval(look);
      await batches.return?.();
    }
  }

  #hasPassed(ends: ReadonlyMap<number, number>): boolean {
    for (const [partition, position] of this.#subscription.positions()) if (position < (ends.get(partition) ?? 0)) return false;
    return true;
  }
}
