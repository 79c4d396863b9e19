import type { RecordsBatch } from "@platformatic/kafka";
import { RecordBatchBuilder } from "../source/record-batch.ts";
import type { RecordBatch } from "../source/source.ts";
import type { Client } from "./platformatic-connection.ts";
import type { FetchedPartition } from "./wire/record-messages.ts";

/** Bits of the attributes of a batch, from Kafka's message format. */
const appendTimeBit = 1 << 3;
const transactionalBit = 1 << 4;
const controlBit = 1 << 5;

/** What one partition's answer holds from offset `from` on: its committed records, and the offset after all of them. */
export function readPartition(
  { Reader, readRecordsBatches }: Client,
  topic: string,
  { partition, aborted: aborts, records }: FetchedPartition,
  from: number,
): { readonly records: RecordBatch | null; readonly next: number } {
  const builder = new RecordBatchBuilder(topic, partition);
  const begun = aborts.toSorted((a, b) => Number(a.firstOffset - b.firstOffset));
  const aborted = new Set<bigint>();
  let next = from;
  for (const batch of readRecordsBatches(Reader.from(Buffer.from(records.buffer, records.byteOffset, records.length)))) {
    const last = Number(batch.firstOffset) + batch.lastOffsetDelta;
    while (begun.length > 0 && begun[0]!.firstOffset <= last) aborted.add(begun.shift()!.producerId);
    if (batch.attributes & controlBit) {
      if (isAbort(batch)) aborted.delete(batch.producerId);
    } else if (!(batch.attributes & transactionalBit && aborted.has(batch.producerId))) {
      addRecords(builder, batch, from);
    }
    next = Math.max(next, last + 1);
  }
  return { records: builder.count > 0 ? builder.take() : null, next };
}

/** A batch is sent whole, also when `from` lies within it. */
function addRecords(builder: RecordBatchBuilder, batch: RecordsBatch, from: number): void {
  const firstOffset = Number(batch.firstOffset);
  const firstTime = Number(batch.firstTimestamp);
  const appendTime = batch.attributes & appendTimeBit ? Number(batch.maxTimestamp) : null;
  for (const { offsetDelta, timestampDelta, key, value, headers } of batch.records) {
    const offset = firstOffset + offsetDelta;
    if (offset < from) continue;
    builder.add(offset, appendTime ?? firstTime + Number(timestampDelta), key ?? null, value ?? nothing, headers.map(([name, content]) => [name?.toString() ?? "", content]));
  }
}

const nothing = new Uint8Array(0);

/** The key of a control record: version, then 0 for abort and 1 for commit, both 16 bits. */
function isAbort(batch: RecordsBatch): boolean {
  return batch.records[0]?.key?.readInt16BE(2) === 0;
}
