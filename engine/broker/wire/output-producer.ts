import type { BatchToProduce, ProducedPartition } from "./record-messages.ts";
import type { OffsetToCommit } from "./transaction-messages.ts";

/** What a batch is stamped with. */
export interface Stamp {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly isTransactional: boolean;
  sequence(topic: string, partition: number, count: number): number;
}

/** Of no producer: a broker takes such batches as often as they come. */
export const unstamped = { producerId: -1n, producerEpoch: -1, isTransactional: false, sequence: () => -1 } as const satisfies Stamp;

/** Sends what a task gives, and stores its offset. The first failure that is thrown is its end; open another. */
export interface OutputProducer {
  /** For the batches that are sent next: not to be asked for while `commit` is under way. */
  readonly stamp: Stamp;
  /** Resolves once every in-sync replica has all of them; in the order of the calls. */
  send(batches: readonly BatchToProduce[]): Promise<readonly ProducedPartition[]>;
  /** Stores the offset after all that was sent. */
  commit(offset: OffsetToCommit): Promise<void>;
}
