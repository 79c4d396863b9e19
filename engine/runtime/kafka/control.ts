import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../../kernel-as/host/record-batch-reader.ts";
import type { Broker } from "../../broker/broker.ts";
import type { Cluster } from "../../broker/wire/cluster.ts";
import { decompressor } from "../../broker/wire/codecs.ts";
import { Fetcher } from "../../broker/wire/fetcher.ts";
import { boundsOf } from "../../broker/wire/offsets.ts";
import { internalTopics } from "./topics.ts";

/** Which model is the champion of an application: what every process of it is told. */
export interface ControlRecord {
  readonly version: string;
  /** ISO 8601. */
  readonly time: string;
  readonly by: string;
}

/** The record's key: compaction leaves the last one. */
const CHAMPION = "champion";

const none = { count: 0, keys: new Uint8Array(0), keyBounds: [], values: new Uint8Array(0), bounds: [] };

const settings = { "cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.1" };

/** Makes the topic where there is none. Throws `MGV_BROKER`. */
export async function ensureControlTopic(broker: Broker, appId: string): Promise<void> {
  await broker.ensureTopics([internalTopics(appId).control], { partitions: 1, settings });
}

/** Resolves once every in-sync replica has it. Throws `MGV_BROKER`. */
export async function announceChampion(broker: Broker, appId: string, record: ControlRecord): Promise<void> {
  await ensureControlTopic(broker, appId);
  await broker.produce([{ topic: internalTopics(appId).control, key: CHAMPION, value: JSON.stringify(record) }]);
}

/** Gives what the topic says, and each change from then on, until the signal aborts: of records that come at once the last one. What is no such record is passed over. Throws `MGV_BROKER` where the broker stays away. */
export async function followChampion(cluster: Cluster, kernel: Kernel, { appId, signal, give }: { appId: string; signal: AbortSignal; give: (record: ControlRecord) => Promise<void> }): Promise<void> {
  const topic = internalTopics(appId).control;
  const { low } = await boundsOf(cluster, { topic, partition: 0 });
  await using fetcher = new Fetcher(cluster, topic);
  using reader = new RecordBatchReader(kernel, { decompress: decompressor(cluster.client) });
  const feed = fetcher.open(0, low);
  const text = new TextDecoder();
  let last: ControlRecord | null = null;
  for (;;) {
    const fetched = await feed.take(signal);
    if (fetched === undefined) return;
    const { count, keys, keyBounds, values, bounds } = reader.read(fetched.bytes, fetched).records ?? none;
    for (let i = 0; i < count; i++) {
      if (text.decode(keys.subarray(keyBounds[i], keyBounds[i + 1])) === CHAMPION) last = recordOf(text.decode(values.subarray(bounds[i], bounds[i + 1]))) ?? last;
    }
    if (last === null || !feed.isAtEnd) continue;
    await give(last);
    last = null;
  }
}

function recordOf(text: string): ControlRecord | null {
  try {
    const { version, time, by } = JSON.parse(text) as Partial<ControlRecord>;
    return typeof version === "string" && typeof time === "string" && typeof by === "string" ? { version, time, by } : null;
  } catch {
    return null;
  }
}
