import { unstamped } from "../../engine/broker/wire/output-producer.ts";
import { produce } from "../../engine/broker/wire/produce.ts";
import type { Cluster } from "../../engine/broker/wire/cluster.ts";
import type { RecordBatch } from "../../engine/source/source.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { RecordBatchWriter } from "../../kernel-as/host/record-batch-writer.ts";
import { MessageStream } from "../message-stream.ts";
import { PARTITIONS, READINGS } from "./cluster.ts";

/** Appends readings to the topic, keyed by sensor. */
export class Filler implements Disposable {
  readonly #cluster: Cluster;
  readonly #writer: RecordBatchWriter;
  readonly #topic: string;

  constructor(cluster: Cluster, kernel: Kernel, topic = READINGS) {
    this.#cluster = cluster;
    this.#writer = new RecordBatchWriter(kernel, { partitions: PARTITIONS });
    this.#topic = topic;
  }

  /** So many readings of so many sensors, one a second each; resolves to how many there were. */
  async appendReadings({ readings, sensors }: { readings: number; sensors: number }): Promise<number> {
    let filled = 0;
    for (const records of new MessageStream(this.#topic, sensors).take(readings)) {
      const count = Math.min(records.count, readings - filled);
      await this.append(records, 0, count);
      filled += count;
    }
    return filled;
  }

  async append({ keys, keyBounds, values, bounds }: RecordBatch, from: number, to: number): Promise<void> {
    for (let i = from; i < to; i++) this.#writer.add(null, keys.subarray(keyBounds[i], keyBounds[i + 1]), values.subarray(bounds[i], bounds[i + 1]));
    const sealed = this.#writer.take({ ...unstamped, timestampMs: Date.now() });
    await produce(this.#cluster, sealed.map(({ partition, bytes }) => ({ topic: this.#topic, partition, bytes })));
  }

  [Symbol.dispose](): void {
    this.#writer[Symbol.dispose]();
  }
}
