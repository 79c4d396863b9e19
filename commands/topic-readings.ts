import { Cluster } from "../engine/broker/wire/cluster.ts";
import { decompressor } from "../engine/broker/wire/codecs.ts";
import { readPartition } from "../engine/broker/wire/read-partition.ts";
import { RecordBatchReader } from "../kernel-as/host/record-batch-reader.ts";
import { brokerOptions } from "./broker.ts";
import type { Arguments } from "./command.ts";
import type { Runtime } from "./runtime.ts";
import { groupOf } from "./source.ts";

/** Reads single messages of the topic that the pipeline reads. Reaches Kafka when the first one is asked for. */
export class TopicReadings implements AsyncDisposable {
  readonly #runtime: Runtime;
  readonly #connect: () => Promise<Cluster>;
  #cluster: Promise<Cluster> | null = null;

  constructor(given: Arguments, runtime: Runtime) {
    const { config, pipeline } = runtime;
    this.#runtime = runtime;
    this.#connect = () => Cluster.connect({ ...brokerOptions(config), clientId: groupOf(given, config, pipeline) });
  }

  /** The message at an offset; null where it is not there, or not any more. Throws `MGV_BROKER`. */
  async at(partition: number, offset: number): Promise<Uint8Array | null> {
    const { kernel, pipeline } = this.#runtime;
    const topic = pipeline.readings;
    const connecting = (this.#cluster ??= this.#connect());
    connecting.catch(() => (this.#cluster = null));
    const cluster = await connecting;
    if (partition >= (await cluster.partitionsOf(topic))) return null;
    using reader = new RecordBatchReader(kernel, { decompress: decompressor(cluster.client) });
    for await (const { offsets, values, bounds } of readPartition(cluster, reader, { topic, partition, from: offset, until: offset + 1 })) {
      const i = offsets.indexOf(offset);
      if (i !== -1) return values.slice(bounds[i], bounds[i + 1]);
    }
    return null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#cluster?.catch(() => null))?.[Symbol.asyncDispose]();
  }
}
