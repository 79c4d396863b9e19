import type { Cluster } from "../../engine/broker/wire/cluster.ts";
import { CodeError, UNKNOWN_TOPIC_OR_PARTITION } from "../../engine/broker/wire/codes.ts";
import { counted } from "../terminal.ts";
import { fails, weak, well, type Finding } from "./finding.ts";

interface Topics {
  readonly readings: string;
  readonly outputs: readonly string[];
  readonly journal: string;
  readonly snapshots: string;
}

/** The topics of a pipeline, those that are not there yet included. */
export async function topicFindings(cluster: Cluster, { readings, outputs, journal, snapshots }: Topics): Promise<Finding[]> {
  const findings: Finding[] = [];
  const partitions = await partitionsOf(cluster, readings);
  findings.push(partitions === null ? fails(`topic ${readings}`, "is not there", `Create it with as many partitions as engines may share: kafka-topics.sh --create --topic ${readings} --partitions 6. Or name yours: KAFKA_TOPIC_SMOKE.`) : await settings(cluster, readings, partitions, "delete"));
  for (const [topic, policy] of [...outputs.map((each) => [each, "delete"] as const), [journal, "delete"] as const, [snapshots, "compact"] as const]) {
    const found = await partitionsOf(cluster, topic);
    if (found === null) findings.push(well(`topic ${topic}`, "is made by the engine"));
    else if (partitions !== null && (topic === journal || topic === snapshots) && found < partitions) findings.push(fails(`topic ${topic}`, `has ${counted(found, "partition")}, ${readings} ${partitions}`, `kafka-topics.sh --alter --topic ${topic} --partitions ${partitions}`));
    else findings.push(await settings(cluster, topic, found, policy));
  }
  return findings;
}

/** Null where it is not there. */
async function partitionsOf(cluster: Cluster, topic: string): Promise<number | null> {
  try {
    return await cluster.partitionsOf(topic);
  } catch (thrown) {
    if (thrown instanceof CodeError && thrown.protocolCode === UNKNOWN_TOPIC_OR_PARTITION) return null;
    throw thrown;
  }
}

async function settings(cluster: Cluster, topic: string, partitions: number, policy: "delete" | "compact"): Promise<Finding> {
  const about = `topic ${topic}`;
  const found = await cluster.settingsOf(topic);
  const replicas = await cluster.replicasOf(topic);
  const has = `${counted(partitions, "partition")}, ${counted(replicas, "copy", "copies")} of each`;
  if (found === null) return weak(about, `${has}; its settings may not be read`, `Grant DescribeConfigs on ${topic}, so that wrong ones are seen.`);
  const policies = found.get("cleanup.policy")?.split(",").map((each) => each.trim()) ?? [];
  const alter = (setting: string) => `kafka-configs.sh --alter --entity-type topics --entity-name ${topic} --add-config ${setting}`;
  if (policy === "delete" && policies.includes("compact")) return fails(about, `${has}; it is compacted, so that all but the last record of a key goes`, alter("cleanup.policy=delete"));
  if (policy === "compact" && (!policies.includes("compact") || policies.includes("delete"))) return fails(about, `${has}; cleanup.policy=${policies.join(",")}, so that snapshots in use are deleted`, alter("cleanup.policy=compact"));
  const inSync = Number(found.get("min.insync.replicas") ?? 1);
  if (inSync > replicas) return fails(about, `${has}, min.insync.replicas=${inSync}: nothing can be written`, alter(`min.insync.replicas=${Math.max(1, replicas - 1)}`));
  if (replicas > 1 && inSync === 1) return weak(about, `${has}, min.insync.replicas=1: what was acknowledged may be on one machine alone`, alter("min.insync.replicas=2"));
  if (replicas === 1) return weak(about, `${has}: it goes with its broker's disk`, `Where there are several brokers: kafka-reassign-partitions.sh, to 3 copies.`);
  return well(about, `${has}, min.insync.replicas=${inSync}`);
}
