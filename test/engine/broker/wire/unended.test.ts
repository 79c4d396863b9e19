import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cluster } from "../../../../engine/broker/wire/cluster.ts";
import { coordinated } from "../../../../engine/broker/wire/coordinated.ts";
import { check } from "../../../../engine/broker/wire/codes.ts";
import { stableOffset } from "../../../../engine/broker/wire/offsets.ts";
import { produce } from "../../../../engine/broker/wire/produce.ts";
import { TransactionalProducer } from "../../../../engine/broker/wire/transactional-producer.ts";
import { ended, unendedOf } from "../../../../engine/broker/wire/unended.ts";
import { loadKernel } from "../../../../kernel-as/host/kernel.ts";
import { whyNotStartable } from "../../../broker/availability.ts";
import { startBroker, type OwnBroker } from "../../../broker/start.ts";
import { batchOf, beginProducer, committedValues, newTopic, openCluster } from "../../../fixtures/kafka-wire.ts";
import { temporaryFolder } from "../../../fixtures/temporary.ts";

/*
 * Records that no coordinator knows of stand for those whose markers a coordinator has left out: a broker that does not ask the coordinator takes both. The topic's partition 0 is
 * the one that joins the transaction, partition 1 is the one that does not.
 *
 *     partition 0   "joined"  ┤ marker
 *     partition 1   "open"    ·
 *     offset 7                ·  or ┤ marker
 */

const reason = await whyNotStartable();
const kernel = await loadKernel();
const held = new AsyncDisposableStack();
let broker: OwnBroker;
let cluster: Cluster;

beforeAll(async () => {
  if (reason) return;
  const folder = held.use(await temporaryFolder());
  const properties = folder.file("properties");
  await writeFile(properties, "transaction.partition.verification.enable=false\n");
  broker = held.use(await startBroker({ properties }));
  cluster = held.use(await openCluster(broker.servers, { selfJoining: false }));
});
afterAll(() => held.disposeAsync());

interface Left {
  readonly id: string;
  readonly topic: string;
  readonly group: string;
}

/** A transaction of `id` that ends in partition 0, and elsewhere does not. */
async function leave({ isCommit, offsetJoins }: { isCommit: boolean; offsetJoins: boolean }): Promise<Left> {
  const [id, group, topic] = [randomUUID(), randomUUID(), await newTopic(broker.servers, 2)];
  const { messages } = cluster;
  const producer = await beginProducer(cluster, id);
  const stamp = { producerId: producer.producerId, producerEpoch: producer.epoch, isTransactional: true, sequence: () => 0 };
  await coordinated(cluster, "join", messages.addPartitions, producer, [[topic, 0]]);
  if (offsetJoins) await coordinated(cluster, "join", messages.addOffsets, producer, group);
  const join = () => Promise.resolve();
  await produce(cluster, [...batchOf(kernel, stamp, { topic }, ["joined"]), ...batchOf(kernel, stamp, { topic, partition: 1 }, ["open"])], { transactionalId: id, join });
  await cluster.persist(async () => {
    const answer = await cluster.call(await cluster.coordinator(0, group), "requests", messages.commitOffset, producer, { group, topic, partition: 0, offset: 7, metadata: "" });
    check("store", answer.code);
  });
  await coordinated(cluster, "end", messages.endTransaction, producer, isCommit);
  await ended(cluster, id);
  return { id, topic, group };
}

const reachOf = ({ topic, group }: Left) => ({ topics: [topic], group, topic, partition: 0 });

async function seen({ topic, group }: Left) {
  return { joined: await committedValues(cluster, kernel, { topic }), open: await committedValues(cluster, kernel, { topic, partition: 1 }), offset: (await stableOffset(cluster, group, { topic, partition: 0 }))?.offset ?? null };
}

test.skipIf(reason)("without a marker records and offset wait for ever", async () => {
  const left = await leave({ isCommit: true, offsetJoins: false });
  expect(await committedValues(cluster, kernel, { topic: left.topic })).toEqual(["joined"]);
  expect(await committedValues(cluster, kernel, { topic: left.topic, partition: 1 })).toEqual([]);
  const answer = await cluster.call(await cluster.coordinator(0, left.group), "requests", cluster.messages.fetchOffset, left.group, left.topic, 0);
  expect(answer.code).toBe(88);
});

test.skipIf(reason).each([
  { isCommit: true, offsetJoins: false, expected: { joined: ["joined"], open: ["open"], offset: 7 } },
  { isCommit: true, offsetJoins: true, expected: { joined: ["joined"], open: ["open"], offset: 7 } },
  { isCommit: false, offsetJoins: false, expected: { joined: [], open: [], offset: null } },
  { isCommit: false, offsetJoins: true, expected: { joined: [], open: [], offset: null } },
])("a new owner ends what was left open as the rest has ended (committed: $isCommit, its offset has a marker: $offsetJoins)", async ({ expected, ...how }) => {
  const left = await leave(how);
  const told: string[] = [];
  const owner = await TransactionalProducer.open(cluster, left.id, { reach: reachOf(left), tell: (sentence) => told.push(sentence) });
  expect(await seen(left)).toEqual(expected);
  expect(told).toEqual([expect.stringMatching(new RegExp(`did not end the last transaction .* partition 1 of ${left.topic}.* ${how.isCommit ? "committed" : "aborted"} there now$`))]);
  await owner.send(batchOf(kernel, owner.stamp, { topic: left.topic, partition: 1 }, ["next"]));
  await owner.commit({ group: left.group, topic: left.topic, partition: 0, offset: 8, metadata: "" });
  await expect.poll(() => seen(left)).toEqual({ ...expected, open: [...expected.open, "next"], offset: 8 });
});

test.skipIf(reason).each([
  { offsetJoins: true, expected: { open: ["open"], offset: 7 } },
  { offsetJoins: false, expected: { open: [], offset: null } },
])("where nobody knows the end any more nothing is lost, and that it may come twice is told (the offset was stored: $offsetJoins)", async ({ offsetJoins, expected }) => {
  const left = await leave({ isCommit: true, offsetJoins });
  // an owner that died before it had ended anything
  await beginProducer(cluster, left.id);
  const told: string[] = [];
  await TransactionalProducer.open(cluster, left.id, { reach: reachOf(left), tell: (sentence) => told.push(sentence) });
  expect(await seen(left)).toMatchObject(expected);
  expect(told).toEqual([expect.stringContaining("a guess: results may come twice")]);
});

test.skipIf(reason)("a producer whose broker was away looks before it goes on, and writes nothing behind what is open", async () => {
  const { id, topic, group } = await leave({ isCommit: true, offsetJoins: true });
  const reach = { topics: [topic], group, topic, partition: 0 };
  const calm = await TransactionalProducer.open(cluster, id, { reach });
  await calm.send(batchOf(kernel, calm.stamp, { topic }, ["before"]));
  await calm.commit({ group, topic, partition: 0, offset: 8, metadata: "" });
  await ended(cluster, id);
  await broker.kill();
  await broker.start();
  await calm.send(batchOf(kernel, calm.stamp, { topic }, ["after"]));
  await calm.commit({ group, topic, partition: 0, offset: 9, metadata: "" });
  expect(cluster.losses).toBeGreaterThan(0);
  await ended(cluster, id);

  const { producerId, producerEpoch } = calm.stamp;
  const open = batchOf(kernel, { producerId, producerEpoch, isTransactional: true, sequence: () => 0 }, { topic, partition: 1 }, ["left behind"]);
  await produce(cluster, open, { transactionalId: id, join: () => Promise.resolve() });
  expect(await unendedOf(cluster, producerId, reach)).toEqual({ partitions: [[topic, 1]], hasOffset: false });
  await broker.kill();
  await broker.start();
  await expect(calm.send(batchOf(kernel, calm.stamp, { topic, partition: 1 }, ["never"]))).rejects.toThrow("did not end the last transaction everywhere");
  await TransactionalProducer.open(cluster, id, { reach });
  expect(await committedValues(cluster, kernel, { topic, partition: 1 })).toEqual(["open", "left behind"]);
});
