import { Cluster } from "../../../engine/broker/wire/cluster.ts";
import { IdempotentProducer } from "../../../engine/broker/wire/idempotent-producer.ts";
import { sharedKernel } from "../../../kernel-as/host/kernel.ts";
import { RecordBatchWriter } from "../../../kernel-as/host/record-batch-writer.ts";
import type { FedRecord } from "../feed.ts";

interface Options {
  readonly servers: string;
  readonly topic: string;
  readonly partitions: number;
}

/**
 * Appends by the engine's own producer, which leaves more of the machine to what is measured than a client whose records are objects. What has arrived is what counts: all that a run is compared with is read back from the topic.
 */
export class Appender implements AsyncDisposable {
  readonly #topic: string;
  readonly #cluster: Cluster;
  readonly #writer: RecordBatchWriter;
  readonly #text = new TextEncoder();
  #producer: IdempotentProducer | null = null;

  static async open({ servers, topic, partitions }: Options): Promise<Appender> {
    const cluster = await Cluster.connect({ servers: [servers] });
    return new Appender(topic, cluster, new RecordBatchWriter(await sharedKernel(), { partitions }));
  }

  private constructor(topic: string, cluster: Cluster, writer: RecordBatchWriter) {
    this.#topic = topic;
    this.#cluster = cluster;
    this.#writer = writer;
  }

  /** All of them, or some: where it throws, who appends them again may append some twice. */
  async append(records: readonly FedRecord[]): Promise<void> {
    try {
      const producer = (this.#producer ??= await IdempotentProducer.open(this.#cluster, this.#topic));
      const { stamp } = producer;
      for (const { partition, key, value } of records) this.#writer.add(partition, this.#text.encode(key), value);
      const sealed = this.#writer.take({ ...stamp, sequence: (partition, count) => stamp.sequence(this.#topic, partition, count), timestampMs: 0 });
      await producer.send(sealed.map(({ partition, bytes }) => ({ topic: this.#topic, partition, bytes })));
    } catch (thrown) {
      this.#producer = null;
      throw thrown;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#writer[Symbol.dispose]();
    await this.#cluster[Symbol.asyncDispose]();
  }
}
