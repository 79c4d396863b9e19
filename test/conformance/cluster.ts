import { randomUUID } from "node:crypto";
import { Kafka, logLevel, Partitioners } from "kafkajs";

/** Does to a cluster what the broker port cannot, and users of Kafka can. */
function kafka(servers: string): Kafka {
  return new Kafka({ brokers: servers.split(","), logLevel: logLevel.NOTHING });
}

/** Appends each value in a transaction of its own, all of one producer. */
export async function inTransactions(
  servers: string,
  topic: string,
  transactions: readonly (readonly [value: string, end: "commit" | "abort"])[],
): Promise<void> {
  const createPartitioner = Partitioners.DefaultPartitioner;
  const producer = kafka(servers).producer({ transactionalId: randomUUID(), maxInFlightRequests: 1, createPartitioner });
  await producer.connect();
  try {
    for (const [value, end] of transactions) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value }] });
      await transaction[end]();
    }
  } finally {
    await producer.disconnect();
  }
}

/** Appends a record that its producer dates `timestampMs`. */
export async function appendDated(servers: string, topic: string, timestampMs: number): Promise<void> {
  const producer = kafka(servers).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    await producer.send({ topic, messages: [{ value: "dated", timestamp: String(timestampMs) }] });
  } finally {
    await producer.disconnect();
  }
}

/** Deletes the records of partition 0 below `offset`, as retention does. */
export async function deleteBefore(servers: string, topic: string, offset: number): Promise<void> {
  const admin = kafka(servers).admin();
  await admin.connect();
  try {
    await admin.fetchTopicOffsets(topic); // kafkajs deletes only where it knows the topic's leaders
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
  } finally {
    await admin.disconnect();
  }
}

export async function addPartitions(servers: string, topic: string, count: number): Promise<void> {
  const admin = kafka(servers).admin();
  await admin.connect();
  try {
    await admin.createPartitions({ topicPartitions: [{ topic, count }] });
  } finally {
    await admin.disconnect();
  }
}
