import type { Cluster } from "../../engine/broker/wire/cluster.ts";
import { offsetAt } from "../../engine/broker/wire/offsets.ts";
import { datedBy, datedByProducers } from "../append-times.ts";
import { weak, well, type Finding } from "./finding.ts";

/** Clocks that are set by a server differ by less. */
const APART_MS = 60_000;

/** Whether the topic has records of times that this machine has not come to yet. A broker's clock cannot be asked for; where it, or a producer's, is ahead, its records show it. */
export async function clockFinding(cluster: Cluster, topic: string, nowMs: number): Promise<Finding> {
  const partitions = Array.from({ length: await cluster.partitionsOf(topic) }, (_, partition) => partition);
  const ahead = await Promise.all(partitions.map((partition) => offsetAt(cluster, { topic, partition, atMs: nowMs + APART_MS })));
  if (ahead.every((offset) => offset === null)) return well("clock", `no record of ${topic} is dated ahead of this machine's`);
  return weak("clock", `${topic} has records dated more than a minute ahead of this machine's clock`, "Compare the clocks of this machine, of the brokers and of whoever writes the readings: timedatectl, chronyc tracking. Readings whose own time is ahead are dead letters MGV_TIME_AHEAD.");
}

/** Whether the broker dates what is appended to the topic. Null where its settings may not be read, which is told of the topic. */
export async function appendTimesFinding(cluster: Cluster, topic: string): Promise<Finding | null> {
  const by = await datedBy(cluster, topic);
  if (by === "broker") return well("append times", `the broker dates what is appended to ${topic}`);
  const { says, fix } = datedByProducers(topic);
  return by && weak("append times", says, fix);
}
