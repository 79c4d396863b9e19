import type { Cluster } from "./cluster.ts";
import { check, CodeError, CONCURRENT_TRANSACTIONS, TOPIC_AUTHORIZATION_FAILED, TRANSACTIONAL_ID_NOT_FOUND } from "./codes.ts";
import { coordinated } from "./coordinated.ts";
import { isUnstable } from "./offsets.ts";
import type { ProducerIdentity, TopicPartition } from "./transaction-messages.ts";

/*
 * A transaction ends with a marker in each of its partitions. A coordinator takes a partition for deleted that has no leader when it sends them, as in the first moments after the start of a broker, and
 * leaves the marker out: the transaction counts as ended, and its records stay open (Kafka 4.4.0: KRaftMetadataCache.getPartitionLeaderEndpoint gives no node for such a partition, and
 * TransactionMarkerChannelManager passes it over).
 *
 *     partition     │ records of transaction 1 │ (marker is missing) │ records of 2 │ marker of 2 ▶ says it of 1 as well
 *
 * So nothing may be written before the missing markers are made up for.
 */

/** All that the transactions of an id may write to, and the place of the offset that they store. */
export interface Reach {
  readonly topics: readonly string[];
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
}

/** What waits for a marker that will not come. */
export interface Unended {
  readonly partitions: readonly TopicPartition[];
  readonly hasOffset: boolean;
}

/** How the last transaction of an id ends or has ended; null where the coordinator does not know it any more. */
export async function wasCommitted(cluster: Cluster, transactionalId: string): Promise<boolean | null> {
  const state = await stateOf(cluster, transactionalId);
  if (state === "PrepareCommit" || state === "CompleteCommit") return true;
  return state === "Empty" || state === "" ? null : false;
}

/** Resolves once no transaction of the id is about to end. */
export function ended(cluster: Cluster, transactionalId: string): Promise<void> {
  return cluster.persist(async () => {
    if ((await stateOf(cluster, transactionalId)).startsWith("Prepare")) throw new CodeError(`end the last transaction of ${transactionalId}`, CONCURRENT_TRANSACTIONS);
  });
}

/** What a producer with no transaction under way has left open; null: nothing. Topics that this client may not read are passed over. */
export async function unendedOf(cluster: Cluster, producerId: bigint, { topics, group, topic, partition }: Reach): Promise<Unended | null> {
  if (!cluster.describes) return null;
  const [partitions, hasOffset] = await Promise.all([openPartitions(cluster, producerId, topics), isUnstable(cluster, group, { topic, partition })]);
  return partitions.length > 0 || hasOffset ? { partitions, hasOffset } : null;
}

/** Makes up for the markers, by a transaction that has nothing but them. It needs no right that the producer has not. */
export async function endAnew(cluster: Cluster, producer: ProducerIdentity, { partitions, hasOffset }: Unended, { group, isCommit }: { readonly group: string; readonly isCommit: boolean }): Promise<void> {
  const { addPartitions, addOffsets, endTransaction } = cluster.messages;
  const what = `end what is open of ${producer.transactionalId}`;
  if (partitions.length > 0) await coordinated(cluster, what, addPartitions, producer, partitions);
  if (hasOffset) await coordinated(cluster, what, addOffsets, producer, group);
  await coordinated(cluster, what, endTransaction, producer, isCommit);
}

/** Empty for an id that has none. */
async function stateOf(cluster: Cluster, transactionalId: string): Promise<string> {
  if (!cluster.describes) return "";
  const node = await cluster.coordinator(1, transactionalId);
  const { code, state } = await cluster.call(node, "requests", cluster.messages.describeTransaction, transactionalId);
  if (code === TRANSACTIONAL_ID_NOT_FOUND) return "";
  check(`look at the last transaction of ${transactionalId}`, code);
  return state;
}

function openPartitions(cluster: Cluster, producerId: bigint, topics: readonly string[]): Promise<TopicPartition[]> {
  return cluster.persist(async () => {
    const places = (await Promise.all(topics.map(async (topic) => Array.from({ length: await cluster.partitionsOf(topic) }, (_, partition): TopicPartition => [topic, partition])))).flat();
    const led = await Promise.all(places.map(async (place) => ({ place, node: await cluster.leader(...place) })));
    const asked = [...Map.groupBy(led, ({ node }) => node.id).values()].map((of) => cluster.call(of[0]!.node, "requests", cluster.messages.describeProducers, of.map(({ place }) => place)));
    const found = (await Promise.all(asked)).flat();
    for (const { topic, partition, code } of found) if (code !== TOPIC_AUTHORIZATION_FAILED) check(`look at who writes to partition ${partition} of ${topic}`, code);
    return found.filter(({ producers }) => producers.some((each) => each.producerId === producerId && each.openFrom >= 0)).map(({ topic, partition }): TopicPartition => [topic, partition]);
  });
}
