import type { RecordBatch, RecordFormat } from "./source.ts";

/** Reads one partition. */
export interface PartitionReader extends Disposable {
  /** The offset after all that was handed out or passed over. */
  readonly next: number;
  /** All that was there a moment ago has been handed out; false where the log does not answer. */
  readonly isAtEnd: boolean;
  /** The next records, good until the next call: null where only what nobody reads was passed; undefined when `signal` aborts first. Throws `MGV_BROKER`. */
  take(signal: AbortSignal): Promise<RecordBatch | null | undefined>;
}

/** A log of records in partitions, which holds them by their offsets. */
export interface PartitionedLog {
  readonly topic: string;
  formatOf(partition: number): RecordFormat;
  open(partition: number, from: number): PartitionReader;
  /** Where a task begins that nothing is kept of. */
  beginning(partition: number): Promise<number>;
  /** The offsets of the first record that is there and behind the last one. */
  bounds(partition: number): Promise<{ readonly low: number; readonly high: number }>;
}
