import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { Fetcher } from "../../engine/broker/wire/fetcher.ts";
import { boundsOf } from "../../engine/broker/wire/offsets.ts";
import { RecordBatchReader } from "../../kernel-as/host/record-batch-reader.ts";
import { decompressor } from "../../engine/broker/wire/codecs.ts";
import { MessageStream } from "../message-stream.ts";
import { READINGS, PARTITIONS, type BenchCluster } from "./cluster.ts";
import { EngineProcess, type RuntimeName } from "./engine-process.ts";
import { Filler } from "./fill.ts";

const PREDICTIONS = "bench_predictions";

/** How often readings are appended. */
const STEP_MS = 5;

/** Seconds before it counts. */
const WARM_UP_S = 5;

export interface Latency {
  readonly runtime: RuntimeName;
  readonly intervalMs: number;
  /** Readings a second. */
  readonly rate: number;
  /** From when the broker appended a reading to when its committed prediction was read, ms. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly predictions: number;
}

/** Appends readings at a rate, and reads the predictions as any consumer would that reads what is committed. */
export async function measureLatency({ servers, cluster }: BenchCluster, kernel: Kernel, options: { runtime: RuntimeName; intervalMs: number; rate: number; seconds: number; folder: string }): Promise<Latency> {
  const { runtime, intervalMs, rate, seconds, folder } = options;
  const engine = new EngineProcess({ runtime, servers, pipeline: "predictions", folder, words: ["--from", "latest", "--commit-interval", String(intervalMs), "--app-id", `latency-${runtime}-${intervalMs}`] });
  await engine.seen(/holds partition/);
  const stop = new AbortController();
  const latencies: number[] = [];
  await using fetcher = new Fetcher(cluster, PREDICTIONS);
  let countsFromMs = Infinity;
  const read = async (partition: number) => {
    using reader = new RecordBatchReader(kernel, { decompress: decompressor(cluster.client) });
    const feed = fetcher.open(partition, (await boundsOf(cluster, { topic: PREDICTIONS, partition })).high);
    for (;;) {
      const fetched = await feed.take(stop.signal);
      if (fetched === undefined) return;
      const nowMs = Date.now();
      const { records } = reader.read(fetched.bytes, fetched);
      if (records) for (const appendedMs of appendTimes(records.values, records.bounds, records.count)) if (appendedMs >= countsFromMs) latencies.push(nowMs - appendedMs);
    }
  };
  const readers = Array.from({ length: PARTITIONS }, (_, partition) => read(partition));
  await append({ cluster, kernel, rate, seconds: WARM_UP_S + seconds, onSecond: (second) => second === WARM_UP_S && (countsFromMs = Date.now()) });
  await new Promise((resolve) => setTimeout(resolve, 2000 + intervalMs));
  stop.abort();
  await Promise.all(readers);
  engine.stop();
  await engine.report();
  const sorted = latencies.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { runtime, intervalMs, rate, p50: at(0.5), p99: at(0.99), max: at(1), predictions: sorted.length };
}

async function append({ cluster, kernel, rate, seconds, onSecond }: { cluster: BenchCluster["cluster"]; kernel: Kernel; rate: number; seconds: number; onSecond: (second: number) => void }): Promise<void> {
  using filler = new Filler(cluster, kernel);
  const startMs = performance.now();
  let [appended, second] = [0, 0];
  for (const records of new MessageStream(READINGS, 1000).take(rate * seconds)) {
    for (let from = 0; from < records.count; ) {
      const due = Math.floor(((performance.now() - startMs) / 1000) * rate);
      const to = Math.min(records.count, from + Math.max(0, due - appended));
      if (to > from) await filler.append(records, from, to);
      appended += to - from;
      from = to;
      const elapsedS = Math.floor((performance.now() - startMs) / 1000);
      for (; second < elapsedS; second++) onSecond(second + 1);
      if (elapsedS >= seconds) return;
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
  }
}

const TIME = Buffer.from('"kafka_timestamp":"');
const TIME_LENGTH = 24;

/** Of one in ten: the time is text. */
function* appendTimes(values: Uint8Array, bounds: Uint32Array, count: number): Generator<number> {
  for (let i = 0; i < count; i += 10) {
    const value = Buffer.from(values.buffer, values.byteOffset + bounds[i]!, bounds[i + 1]! - bounds[i]!);
    const at = value.indexOf(TIME) + TIME.length;
    yield Date.parse(value.toString("latin1", at, at + TIME_LENGTH));
  }
}
