import type { Cluster } from "./cluster.ts";
import { check, UNSTABLE_OFFSET_COMMIT } from "./codes.ts";

/** Times that mean a place: Kafka's protocol guide, ListOffsets. */
const EARLIEST = -2n;
const LATEST = -1n;

interface Partition {
  readonly topic: string;
  readonly partition: number;
}

/** The offsets of the first record that is there and behind the last one that is committed. */
export async function boundsOf(cluster: Cluster, place: Partition): Promise<{ readonly low: number; readonly high: number }> {
  const [low, high] = await Promise.all([listed(cluster, place, EARLIEST), listed(cluster, place, LATEST)]);
  return { low, high };
}

/** The offset of the first record that was appended then or later; null where there is none. */
export async function offsetAt(cluster: Cluster, { atMs, ...place }: Partition & { readonly atMs: number }): Promise<number | null> {
  const offset = await listed(cluster, place, BigInt(atMs));
  return offset < 0 ? null : offset;
}

/** What a group has stored for a partition once no transaction is open that may store more; null: nothing. */
export function stableOffset(cluster: Cluster, group: string, { topic, partition }: Partition): Promise<{ readonly offset: number; readonly metadata: string | null } | null> {
  return cluster.persist(async () => {
    const { isStable, offset, metadata } = await askOffset(cluster, group, { topic, partition });
    if (!isStable) check(`read the offset of partition ${partition} of ${topic}`, UNSTABLE_OFFSET_COMMIT);
    return offset < 0 ? null : { offset, metadata };
  });
}

/** Whether a transaction is open that may store an offset. */
export async function isUnstable(cluster: Cluster, group: string, place: Partition): Promise<boolean> {
  return !(await cluster.persist(() => askOffset(cluster, group, place))).isStable;
}

async function askOffset(cluster: Cluster, group: string, { topic, partition }: Partition): Promise<{ readonly isStable: boolean; readonly offset: number; readonly metadata: string | null }> {
  const node = await cluster.coordinator(0, group);
  const { code, ...stored } = await cluster.call(node, "requests", cluster.messages.fetchOffset, group, topic, partition);
  if (code !== UNSTABLE_OFFSET_COMMIT) check(`read the offset of partition ${partition} of ${topic}`, code);
  return { isStable: code === 0, ...stored };
}

function listed(cluster: Cluster, { topic, partition }: Partition, timestamp: bigint): Promise<number> {
  const ask = async () => {
    const node = await cluster.leader(topic, partition);
    const [found] = await cluster.call(node, "requests", cluster.messages.listOffsets, topic, [partition], timestamp);
    check(`list offsets of partition ${partition} of ${topic}`, found!.code);
    return found!.offset;
  };
  return cluster.persist(ask);
}
