import type { Broker } from "../../engine/broker/broker.ts";
import { keyOf } from "../../engine/source/record-batch.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import { sampleRecords, type Sample } from "./sample.ts";

/** Nothing more comes after so long without a record. */
const QUIET_MS = 5_000;

/** The first `most` records of a topic, or those that come within a while. Leaves nothing behind in the cluster: it commits no offset, and its group goes. Throws `MGV_BROKER`, `MGV_BROKER_TOPIC`, `MGV_JSON`. */
export async function sampleTopic(broker: Broker, topic: string, { most, group, signal }: { most: number; group: string; signal: AbortSignal }): Promise<Sample> {
  if (!(await broker.topics()).includes(topic)) throw new MangroveError("MGV_BROKER_TOPIC", `There is no topic ${topic}. There are ${(await broker.topics()).filter((name) => !name.startsWith("__")).join(", ") || "none"}.`);
  const quiet = new AbortController();
  let timer = setTimeout(() => quiet.abort(), 3 * QUIET_MS);
  const utf8 = new TextDecoder();
  const records: { key: string | null; value: string }[] = [];
  try {
    await using subscription = await broker.subscribe({ topic, group, from: "earliest" });
    for await (const batch of subscription.batches(AbortSignal.any([signal, quiet.signal]))) {
      clearTimeout(timer);
      timer = setTimeout(() => quiet.abort(), QUIET_MS);
      for (let record = 0; record < batch.count && records.length < most; record++) {
        records.push({ key: keyOf(batch, record), value: utf8.decode(batch.values.subarray(batch.bounds[record], batch.bounds[record + 1])) });
      }
      if (records.length >= most) break;
    }
  } finally {
    clearTimeout(timer);
  }
  await broker.forgetGroup(group);
  if (records.length === 0) throw new MangroveError("MGV_BROKER_TOPIC", `${topic} has no records to learn from yet. Send some readings first, or name a file with --from.`);
  return sampleRecords(records, topic);
}
