import type { Connection } from "@platformatic/kafka";
import type { Client } from "../platformatic-connection.ts";
import type { GroupProtocol } from "./messages.ts";

/** What the broker says that it has. It may be set up not to speak the consumer protocol all the same, and answers so when it is spoken to. */
export async function offeredProtocol({ apiVersionsV3, consumerGroupHeartbeatV1 }: Client, connection: Connection): Promise<GroupProtocol> {
  const { key, version } = consumerGroupHeartbeatV1.api;
  const { apiKeys } = await apiVersionsV3.api.async(connection, "mangrove", "1");
  return apiKeys.some(({ apiKey, maxVersion }) => apiKey === key && maxVersion >= version) ? "consumer" : "classic";
}
