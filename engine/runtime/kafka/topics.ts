import type { Broker } from "../../broker/broker.ts";
import type { Cluster } from "../../broker/wire/cluster.ts";
import type { Pipeline } from "../../pipeline/pipeline.ts";

/** The topics of an application that nobody else reads or writes: partition `p` of each is that of the task of input partition `p`. */
export function internalTopics(appId: string) {
  return { journal: `${appId}-journal`, snapshots: `${appId}-snapshots` };
}

/** Large chunks, of which only the last of each name is wanted: cleaned up soon. */
const compacted = { "cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.2", "segment.bytes": "67108864", "max.message.bytes": "2097152" };

/** Entries are wanted until a snapshot holds them; a week is for those who look. */
const kept = { "retention.ms": "604800000" };

/** Creates what is missing, with as many partitions as the readings have. */
export async function ensureInternalTopics(broker: Broker, cluster: Cluster, { pipeline, appId }: { pipeline: Pipeline; appId: string }): Promise<void> {
  const partitions = await cluster.partitionsOf(pipeline.readings);
  const { journal, snapshots } = internalTopics(appId);
  await broker.ensureTopics(pipeline.outputTopics, { partitions });
  await broker.ensureTopics([journal], { partitions, settings: kept });
  await broker.ensureTopics([snapshots], { partitions, settings: compacted });
}
