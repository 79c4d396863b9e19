import * as client from "@platformatic/kafka";
import { Coordinator } from "../../../../engine/broker/membership/coordinator.ts";

/** Strikes off all members of a group, without a word to them. */
export async function expelAll(servers: string, group: string, protocol: "consumer" | "classic"): Promise<void> {
  const coordinator = new Coordinator(client, { servers: servers.split(",") }, group);
  try {
    await coordinator.ask((connection) => (protocol === "consumer" ? fromConsumerGroup(connection, group) : fromClassicGroup(connection, group)));
  } finally {
    coordinator.forget();
  }
}

async function fromConsumerGroup(connection: client.Connection, group: string): Promise<void> {
  const { groups } = await client.consumerGroupDescribeV0.api.async(connection, [group], false);
  for (const { memberId } of groups[0]!.members)
    await client.consumerGroupHeartbeatV1.api.async(connection, group, memberId, -1, null, null, -1, null, null, null, null);
}

async function fromClassicGroup(connection: client.Connection, group: string): Promise<void> {
  const { groups } = await client.describeGroupsV5.api.async(connection, [group], false);
  const members = groups[0]!.members.map(({ memberId }) => ({ memberId }));
  await client.leaveGroupV5.api.async(connection, group, members);
}
