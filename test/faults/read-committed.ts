import * as client from "@platformatic/kafka";
import { readPartition } from "../../engine/broker/platformatic-records.ts";
import { check } from "../../engine/broker/wire/codes.ts";
import { recordMessages } from "../../engine/broker/wire/record-messages.ts";
import type { RecordBatch } from "../../engine/source/source.ts";

/** All committed records of a topic up to `ends` (by partition), as a reader would see them that joins no group. Those of a partition are in offset order. */
export async function readCommitted(servers: string, topic: string, ends: readonly number[]): Promise<RecordBatch[]> {
  const admin = new client.Admin({ clientId: "faults", bootstrapBrokers: [servers], retries: 5 });
  const pool = new client.ConnectionPool("faults");
  const { fetch } = recordMessages(client);
  try {
    const { topics, brokers } = await admin.metadata({ topics: [topic], forceUpdate: true });
    const batches: RecordBatch[] = [];
    for (const [partition, end] of ends.entries()) {
      const connection = await pool.get(brokers.get(topics.get(topic)!.partitions[partition]!.leader)!);
      for (let next = 0; next < end; ) {
        const answer = await fetch.async(connection, { topic, partitions: new Map([[partition, next]]), waitMs: 200, maxBytes: 8 << 20, partitionBytes: 4 << 20, isCommitted: true });
        const [fetched] = answer.partitions;
        check(`read partition ${partition} of ${topic}`, answer.code || fetched!.code);
        const read = readPartition(client, topic, fetched!, next);
        if (read.records !== null) batches.push(read.records);
        next = read.next;
      }
    }
    return batches;
  } finally {
    await Promise.allSettled([admin.close(), pool.close()]);
  }
}
