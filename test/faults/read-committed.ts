import { randomUUID } from "node:crypto";
import { Consumer, FetchIsolationLevels } from "@platformatic/kafka";
import { readPartition } from "../../engine/broker/platformatic-records.ts";
import type { RecordBatch } from "../../engine/source/source.ts";

/** All committed records of a topic up to `ends` (by partition), as a reader would see them that joins no group. Those of a partition are in offset order. */
export async function readCommitted(servers: string, topic: string, ends: readonly number[]): Promise<RecordBatch[]> {
  const consumer = new Consumer({ clientId: "faults", bootstrapBrokers: [servers], groupId: randomUUID(), maxWaitTime: 200, maxBytes: 8 << 20, retries: 5 });
  try {
    const found = (await consumer.metadata({ topics: [topic], forceUpdate: true })).topics.get(topic)!;
    const batches: RecordBatch[] = [];
    for (const [partition, end] of ends.entries()) {
      for (let next = 0; next < end; ) {
        const { leader: node, leaderEpoch: currentLeaderEpoch } = found.partitions[partition]!;
        const wanted = { partition, currentLeaderEpoch, fetchOffset: BigInt(next), lastFetchedEpoch: -1, partitionMaxBytes: 4 << 20 };
        const { responses } = await consumer.fetch({ node, topics: [{ topicId: found.id, partitions: [wanted] }], isolationLevel: FetchIsolationLevels.READ_COMMITTED });
        const read = readPartition(topic, responses[0]!.partitions[0]!, next);
        if (read.records !== null) batches.push(read.records);
        next = read.next;
      }
    }
    return batches;
  } finally {
    await consumer.close(true);
  }
}
