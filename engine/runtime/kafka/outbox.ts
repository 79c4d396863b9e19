import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { RecordBatchWriter, type BatchStamp } from "../../../kernel-as/host/record-batch-writer.ts";
import type { BatchToProduce } from "../../broker/wire/record-messages.ts";
import type { Stamp } from "../../broker/wire/output-producer.ts";
import type { Pipeline } from "../../pipeline/pipeline.ts";
import { otherRecords, outputRecords } from "../../sink/records.ts";
import type { JournalEntry } from "../../task/journal.ts";
import type { TaskOutput } from "../../task/output.ts";

const text = new TextEncoder();

/** Outputs of a task as batches of Kafka, gathered in kernel memory until they are sent. */
export class Outbox implements Disposable {
  readonly #pipeline: Pipeline;
  readonly #journal: { readonly topic: string; readonly partition: number };
  readonly #writers: ReadonlyMap<string, RecordBatchWriter>;
  readonly #compress: BatchStamp["compress"] | null;

  /** `partitions` of every topic that is written. */
  constructor(kernel: Kernel, options: { pipeline: Pipeline; journal: { topic: string; partition: number }; partitions: ReadonlyMap<string, number>; compress: BatchStamp["compress"] | null }) {
    this.#pipeline = options.pipeline;
    this.#journal = options.journal;
    this.#compress = options.compress;
    this.#writers = new Map([...options.partitions].map(([topic, partitions]) => [topic, new RecordBatchWriter(kernel, { partitions })]));
  }

  get bytes(): number {
    let sum = 0;
    for (const writer of this.#writers.values()) sum += writer.bytes;
    return sum;
  }

  add(output: TaskOutput): void {
    const { encodePredictions } = output;
    const { predictions } = this.#pipeline;
    if (encodePredictions && predictions !== null && output.batch.count > 0) {
      const { bytes, bounds, sensors, names } = encodePredictions();
      this.#writer(predictions).addEncoded({ bytes, bounds }, { sensors, names }, { trailing: 1 });
    }
    for (const { topic, key, value } of (encodePredictions ? otherRecords : outputRecords)(this.#pipeline, output)) {
      this.#writer(topic).add(null, key === null ? null : text.encode(key), text.encode(value));
    }
  }

  addJournal(entries: readonly JournalEntry[]): void {
    for (const entry of entries) this.#writer(this.#journal.topic).add(this.#journal.partition, null, text.encode(JSON.stringify(entry)));
  }

  /** All that is there, to be sent; the outbox is empty afterwards. */
  take(stamp: Stamp, timestampMs: number): BatchToProduce[] {
    const compress = this.#compress;
    return [...this.#writers].flatMap(([topic, writer]) =>
      writer
        .take({ ...stamp, sequence: (partition, count) => stamp.sequence(topic, partition, count), timestampMs, ...(compress && { compress }) })
        .map(({ partition, bytes }) => ({ topic, partition, bytes })),
    );
  }

  #writer(topic: string): RecordBatchWriter {
    return this.#writers.get(topic)!;
  }

  [Symbol.dispose](): void {
    for (const writer of this.#writers.values()) writer[Symbol.dispose]();
  }
}
