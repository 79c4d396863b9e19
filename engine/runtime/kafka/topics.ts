import type { Broker } from "../../broker/broker.ts";
import type { Cluster } from "../../broker/wire/cluster.ts";
import type { Pipeline } from "../../pipeline/pipeline.ts";
import { MangroveError } from "../../../kernel-as/errors.ts";

/** The topics of an application that nobody else reads or writes: partition `p` of journal and snapshots is that of the task of input partition `p`; control and desk have one, and say which model is the champion and what has become of alerts. */
export function internalTopics(appId: string) {
  return { journal: `${appId}-journal`, snapshots: `${appId}-snapshots`, control: `${appId}-control`, desk: `${appId}-desk` };
}

/** Large chunks, of which only the last of each name is wanted: cleaned up soon. */
const compacted = { "cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.2", "segment.bytes": "67108864", "max.message.bytes": "2097152" };

/** Entries are wanted until a snapshot holds them; a week is for those who look. */
const kept = { "retention.ms": "604800000" };

/** Creates what is missing, with as many partitions as the readings have. Throws `MGV_BROKER_TOPIC` for what is there and would lose a state. */
export async function ensureInternalTopics(broker: Broker, cluster: Cluster, { pipeline, appId }: { pipeline: Pipeline; appId: string }): Promise<void> {
  const partitions = await cluster.partitionsOf(pipeline.readings);
  const { journal, snapshots } = internalTopics(appId);
  await broker.ensureTopics(pipeline.outputTopics, { partitions });
  await broker.ensureTopics([journal], { partitions, settings: kept });
  await broker.ensureTopics([snapshots], { partitions, settings: compacted });
  await checkPartitions(cluster, { pipeline, appId }, partitions);
  const policy = await policyOf(cluster, snapshots);
  if (policy !== null && (!policy.includes("compact") || policy.includes("delete"))) {
    throw wrong(snapshots, `has cleanup.policy=${policy.join(",")}, so that snapshots would be deleted while they are in use`, "cleanup.policy=compact");
  }
  if ((await policyOf(cluster, journal))?.includes("compact")) throw wrong(journal, "is compacted, and its entries have no keys", "cleanup.policy=delete");
}

/** Throws `MGV_BROKER_TOPIC` where the task of the last of so many partitions would have no place for its state. */
export async function checkPartitions(cluster: Cluster, { pipeline, appId }: { pipeline: Pipeline; appId: string }, partitions: number): Promise<void> {
  const { journal, snapshots } = internalTopics(appId);
  for (const topic of [journal, snapshots]) await check(cluster, topic, partitions, pipeline.readings);
}

async function check(cluster: Cluster, topic: string, partitions: number, readings: string): Promise<void> {
  const found = await cluster.partitionsOf(topic);
  if (found >= partitions) return;
  cluster.forget(); // they may be added
  throw new MangroveError("MGV_BROKER_TOPIC", `The topic ${topic} has ${found} partitions and ${readings} has ${partitions}: each task needs its own. Add them: kafka-topics.sh --alter --topic ${topic} --partitions ${partitions}.`);
}

async function policyOf(cluster: Cluster, topic: string): Promise<string[] | null> {
  return (await cluster.settingsOf(topic))?.get("cleanup.policy")?.split(",").map((part) => part.trim()) ?? null;
}

function wrong(topic: string, what: string, setting: string): MangroveError {
  return new MangroveError("MGV_BROKER_TOPIC", `The topic ${topic} ${what}. Set it right: kafka-configs.sh --alter --entity-type topics --entity-name ${topic} --add-config ${setting}.`);
}
