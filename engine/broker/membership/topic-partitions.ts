import type { Connection } from "@platformatic/kafka";
import type { Failures } from "../failures.ts";
import type { Client } from "../platformatic-connection.ts";
import { isCode } from "./verdict.ts";

type Metadata = Awaited<ReturnType<Client["metadataV12"]["api"]["async"]>>;

/** How many partitions each topic has. A topic that there is not, or that this user may not see, has none; partitions without a leader count. */
export async function partitionCounts(client: Client, connection: Connection, topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = await ask(client, connection, topics).catch((thrown: unknown) => {
    // an error of one topic or partition stands beside what is known of the others
    if (thrown instanceof client.ResponseError && "response" in thrown) return thrown.response as Metadata;
    throw thrown;
  });
  return new Map(found.topics.map(({ name, partitions }) => [name!, partitions.length]));
}

/** Throws `MGV_BROKER_TOPIC` where there is no such topic, and what the client throws where this user may not see it. */
export async function requireTopic(client: Client, connection: Connection, topic: string, failures: Failures): Promise<void> {
  try {
    await ask(client, connection, [topic]);
  } catch (thrown) {
    if (isCode(client, thrown, "UNKNOWN_TOPIC_OR_PARTITION")) throw failures.noTopic(topic);
    if (!isCode(client, thrown, "LEADER_NOT_AVAILABLE")) throw thrown;
  }
}

function ask({ metadataV12 }: Client, connection: Connection, topics: readonly string[]): Promise<Metadata> {
  return metadataV12.api.async(connection, [...topics], false, false);
}
