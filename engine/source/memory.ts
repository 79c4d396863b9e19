import type { RecordBatch, RecordFormat, Source } from "./source.ts";

/** Batches that are there already, for tests and small tools. Remembers what was committed. */
export class MemorySource implements Source {
  readonly topic: string;
  readonly isWhole = true;
  readonly description = "memory";
  readonly committed = new Map<number, number>();
  readonly #batches: readonly RecordBatch[];
  readonly #format: RecordFormat;

  constructor(topic: string, batches: readonly RecordBatch[], format: RecordFormat = { kind: "json" }) {
    this.topic = topic;
    this.#batches = batches;
    this.#format = format;
  }

  // eslint-disable-next-line require-await
  async *read(signal: AbortSignal): AsyncGenerator<{ format: RecordFormat; records: RecordBatch }> {
    for (const records of this.#batches) {
      if (signal.aborted) return;
      yield { format: this.#format, records };
    }
  }

  commit(partition: number, nextOffset: number): Promise<void> {
    this.committed.set(partition, nextOffset);
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
