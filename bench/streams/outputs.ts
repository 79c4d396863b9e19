import { decompressor } from "../../engine/broker/wire/codecs.ts";
import type { Cluster } from "../../engine/broker/wire/cluster.ts";
import { readPartition } from "../../engine/broker/wire/read-partition.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../kernel-as/host/record-batch-reader.ts";
import { PARTITIONS } from "../kafka/cluster.ts";
import type { Kind } from "./contestants.ts";

/** What is the same in the outputs of all: by sensor and time, the numbers. */
export type Outputs = ReadonlyMap<string, readonly number[]>;

interface Taken {
  /** Committed records, doubled ones too. */
  readonly records: number;
  readonly outputs: Outputs;
}

const names = ["temperature", "humidity", "pm25"];

/** The committed records of a topic. Without `kind` they are counted and not looked into. */
export async function readOutputs(cluster: Cluster, kernel: Kernel, topic: string, kind: Kind | null): Promise<Taken> {
  using reader = new RecordBatchReader(kernel, { decompress: decompressor(cluster.client) });
  const outputs = new Map<string, readonly number[]>();
  let count = 0;
  for (let partition = 0; partition < PARTITIONS; partition++) {
    for await (const records of readPartition(cluster, reader, { topic, partition, from: 0 })) {
      count += records.count;
      if (kind === null) continue;
      const values = Buffer.from(records.values.buffer, records.values.byteOffset, records.values.byteLength);
      for (let i = 0; i < records.count; i++) {
        const [key, numbers] = (kind === "windows" ? windowOf : predictionOf)(JSON.parse(values.toString("utf8", records.bounds[i], records.bounds[i + 1])) as Fields);
        outputs.set(key, numbers);
      }
    }
  }
  return { records: count, outputs };
}

type Fields = Readonly<Record<string, string | number>>;

/** Ours says the time as a text, and the standard deviation is that of the sample; peers have epoch seconds, and that of the population. */
function predictionOf({ sensor_id, UTC, timestamp, probability }: Fields): [string, number[]] {
  const seconds = UTC ?? Date.parse(String(timestamp)) / 1000;
  return [`${sensor_id} ${seconds}`, [Number(probability)]];
}

function windowOf(fields: Fields): [string, number[]] {
  const isOurs = fields["window_start"] !== undefined;
  const startMs = isOurs ? Date.parse(String(fields["window_start"])) : Number(fields["start"]);
  const count = Number(fields[isOurs ? "readings" : "count"]);
  const toPopulation = isOurs ? Math.sqrt((count - 1) / count) : 1;
  const numbers = names.flatMap((name) => ["mean", "min", "max"].map((each) => Number(fields[`${name}_${each}`])).concat(Number(fields[`${name}_stddev`] ?? 0) * toPopulation));
  return [`${fields["sensor_id"]} ${startMs}`, [count, ...numbers]];
}
