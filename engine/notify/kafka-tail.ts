import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { Cluster } from "../broker/wire/cluster.ts";
import type { BrokerOptions } from "../broker/broker.ts";
import { KafkaPartitions } from "../runtime/kafka/partitions.ts";
import { sleep } from "../source/pace.ts";

const PAUSE_MS = 5000;

/** A record, as its text. */
interface TailRecord {
  readonly text: string;
  readonly appendedMs: number;
}

interface TailOptions {
  readonly kernel: Kernel;
  readonly broker: BrokerOptions;
  readonly topic: string;
  /** Of each partition; null: all that are there. */
  readonly newest: number | null;
  readonly give: (record: TailRecord) => Promise<void> | void;
  /** A failure that is tried again. */
  readonly onFailure: (thrown: unknown) => void;
}

/** Gives the newest committed records of a topic, and those that come, until the signal aborts. After a failure it goes on where it was. */
export async function followTail({ kernel, broker, topic, newest, give, onFailure }: TailOptions, signal: AbortSignal): Promise<void> {
  const places = new Map<number, number>();
  const text = new TextDecoder();

  const follow = async (input: KafkaPartitions, partition: number, stop: AbortSignal) => {
    const { low, high } = await input.bounds(partition);
    const from = Math.max(low, Math.min(high, places.get(partition) ?? (newest === null ? low : high - newest)));
    using reader = input.open(partition, from);
    for (;;) {
      const batch = await reader.take(stop);
      if (batch === undefined) return;
      const { count, values, bounds, appendTimesMs } = batch ?? { count: 0, values: new Uint8Array(0), bounds: [], appendTimesMs: [] };
      const records = Array.from({ length: count }, (_, i) => ({ text: text.decode(values.subarray(bounds[i], bounds[i + 1])), appendedMs: appendTimesMs[i]! }));
      for (const record of records) await give(record);
      places.set(partition, reader.next);
    }
  };

  while (!signal.aborted) {
    const failed = new AbortController();
    const stop = AbortSignal.any([signal, failed.signal]);
    try {
      await using cluster = await Cluster.connect(broker);
      await using input = new KafkaPartitions(cluster, kernel, { topic, from: "earliest" });
      const partitions = await cluster.partitionsOf(topic);
      const following = Array.from({ length: partitions }, (_, partition) => follow(input, partition, stop).finally(() => failed.abort()));
      for (const each of await Promise.allSettled(following)) if (each.status === "rejected") throw each.reason;
    } catch (thrown) {
      if (signal.aborted) return;
      onFailure(thrown);
      await sleep(PAUSE_MS, signal);
    }
  }
}
