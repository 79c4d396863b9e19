import type { Subscription } from "../../engine/broker/broker.ts";
import { keyOf } from "../../engine/source/record-batch.ts";
import type { RecordBatch } from "../../engine/source/source.ts";

/** One record of a batch, as a test compares it. */
export interface ReadRecord {
  readonly partition: number;
  readonly offset: number;
  readonly appendTimeMs: number;
  readonly key: string | null;
  readonly value: string;
}

export function flatten(batch: RecordBatch): ReadRecord[] {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return Array.from({ length: batch.count }, (_, index) => ({
    partition: batch.partition,
    offset: batch.offsets[index]!,
    appendTimeMs: batch.appendTimesMs[index]!,
    key: keyOf(batch, index),
    value: decoder.decode(batch.values.subarray(batch.bounds[index], batch.bounds[index + 1])),
  }));
}

/** Reads until there are `count` records; a subscription that brings fewer runs into the test's timeout. */
export async function collect(subscription: Subscription, count: number): Promise<ReadRecord[]> {
  const records: ReadRecord[] = [];
  if (count === 0) return records;
  for await (const batch of subscription.batches(new AbortController().signal)) {
    records.push(...flatten(batch));
    if (records.length >= count) break;
  }
  return records;
}
