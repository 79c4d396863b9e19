import * as client from "@platformatic/kafka";
import { Coordinator } from "../../../../engine/broker/membership/coordinator.ts";

type Protocol = "consumer" | "classic";

const GROUP = 32;
const SET = 0;

/** The members that the broker knows of a group. */
export function memberIdsOf(servers: string, group: string, protocol: Protocol): Promise<string[]> {
  return asked(servers, group, (connection) => described(connection, group, protocol));
}

/** Strikes off all members of a group, without a word to them. */
export function expelAll(servers: string, group: string, protocol: Protocol): Promise<void> {
  return asked(servers, group, async (connection) => {
    const memberIds = await described(connection, group, protocol);
    if (protocol === "classic") await client.leaveGroupV5.api.async(connection, group, memberIds.map((memberId) => ({ memberId })));
    else for (const memberId of memberIds) await client.consumerGroupHeartbeatV1.api.async(connection, group, memberId, -1, null, null, -1, null, null, null, null);
  });
}

/** How long a member of this group may be silent, by the consumer protocol, which leaves that to the broker. */
export async function setSession(servers: string, group: string, sessionMs: number): Promise<void> {
  const admin = new client.Admin({ clientId: "membership", bootstrapBrokers: servers.split(",") });
  try {
    await admin.incrementalAlterConfigs({ resources: [{ resourceType: GROUP, resourceName: group, configs: [{ name: "consumer.session.timeout.ms", configOperation: SET, value: String(sessionMs) }] }] });
  } finally {
    await admin.close();
  }
}

async function asked<Answer>(servers: string, group: string, ask: (connection: client.Connection) => Promise<Answer>): Promise<Answer> {
  const coordinator = new Coordinator(client, { servers: servers.split(",") }, group);
  try {
    return await coordinator.ask(ask);
  } finally {
    coordinator.forget();
  }
}

async function described(connection: client.Connection, group: string, protocol: Protocol): Promise<string[]> {
  const { groups } = protocol === "consumer" ? await client.consumerGroupDescribeV0.api.async(connection, [group], false) : await client.describeGroupsV5.api.async(connection, [group], false);
  return groups[0]!.members.map(({ memberId }) => memberId);
}
