import type { RecordBatchReader } from "../../../kernel-as/host/record-batch-reader.ts";
import type { FetchedRecords } from "../../../kernel-as/host/fetched-records.ts";
import { fetchBytes } from "../patience.ts";
import type { Cluster } from "./cluster.ts";
import { check } from "./codes.ts";
import { boundsOf } from "./offsets.ts";

/** The committed records of a partition from an offset on, to what its end is at the call, or to the batch that has the offset before `until`; each batch is good until the next one is asked for. */
export async function* readPartition(
  cluster: Cluster,
  reader: RecordBatchReader,
  { topic, partition, from, until = Infinity }: { readonly topic: string; readonly partition: number; readonly from: number; readonly until?: number },
): AsyncGenerator<FetchedRecords> {
  const { low, high } = await boundsOf(cluster, { topic, partition });
  for (let next = Math.max(from, low); next < Math.min(high, until); ) {
    const [fetched] = await cluster.persist(async () => {
      const node = await cluster.leader(topic, partition);
      const request = { topic, partitions: new Map([[partition, next]]), waitMs: 100, maxBytes: fetchBytes, partitionBytes: fetchBytes, isCommitted: true };
      const answer = await cluster.call(node, "requests", cluster.messages.fetch, request);
      check(`fetch from ${topic}`, answer.code);
      check(`fetch from partition ${partition} of ${topic}`, answer.partitions[0]!.code);
      return answer.partitions;
    });
    const read = reader.read(fetched!.records, { from: next, aborted: fetched!.aborted });
    if (read.records) yield read.records;
    next = read.next;
  }
}
