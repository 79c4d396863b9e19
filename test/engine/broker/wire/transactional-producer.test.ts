import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Cluster } from "../../../../engine/broker/wire/cluster.ts";
import { stableOffset } from "../../../../engine/broker/wire/offsets.ts";
import { TransactionalProducer } from "../../../../engine/broker/wire/transactional-producer.ts";
import { loadKernel } from "../../../../kernel-as/host/kernel.ts";
import { batchOf, committedValues, newTopic, openCluster } from "../../../fixtures/kafka-wire.ts";

const { servers, reason } = inject("kafka");
const kernel = await loadKernel();

describe.skipIf(reason).each([
  { selfJoining: true, how: "batches join by themselves" },
  { selfJoining: false, how: "partitions are added first" },
])("transactions in which $how", ({ selfJoining }) => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await openCluster(servers!, { selfJoining });
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const open = ({ id = randomUUID(), topic, group }: { id?: string; topic: string; group: string }) => TransactionalProducer.open(cluster, id, { reach: { topics: [topic], group, topic, partition: 0 } });

  test("what was sent is seen with its commit, and its offset with it", async () => {
    const [topic, group] = [await newTopic(servers!, 2), randomUUID()];
    const producer = await open({ topic, group });
    await producer.send(batchOf(kernel, producer.stamp, { topic }, ["a", "b"]));
    await producer.send([...batchOf(kernel, producer.stamp, { topic }, ["c"]), ...batchOf(kernel, producer.stamp, { topic, partition: 1 }, ["d"])]);
    expect(await committedValues(cluster, kernel, { topic })).toEqual([]);
    await producer.commit({ group, topic, partition: 1, offset: 7, metadata: "beside" });
    await expect.poll(() => committedValues(cluster, kernel, { topic })).toEqual(["a", "b", "c"]);
    await expect.poll(() => committedValues(cluster, kernel, { topic, partition: 1 })).toEqual(["d"]);
    expect(await stableOffset(cluster, group, { topic, partition: 1 })).toEqual({ offset: 7, metadata: "beside" });
  });

  test("one transaction after another keeps the order and loses nothing", async () => {
    const [topic, group] = [await newTopic(servers!), randomUUID()];
    const producer = await open({ topic, group });
    for (let i = 0; i < 40; i++) {
      if (i % 3 > 0) await producer.send(batchOf(kernel, producer.stamp, { topic }, [String(i)]));
      await producer.commit({ group, topic, partition: 0, offset: i, metadata: "" });
    }
    await expect.poll(() => committedValues(cluster, kernel, { topic })).toEqual(Array.from({ length: 40 }, (_, i) => String(i)).filter((_, i) => i % 3 > 0));
  });

  test("a new owner fences off the one before it, and of that one's open transaction nothing is ever seen", async () => {
    const [topic, group, id] = [await newTopic(servers!), randomUUID(), randomUUID()];
    const zombie = await open({ id, topic, group });
    await zombie.send(batchOf(kernel, zombie.stamp, { topic }, ["never"]));
    const owner = await open({ id, topic, group });
    expect(await stableOffset(cluster, group, { topic, partition: 0 })).toBeNull();
    await owner.send(batchOf(kernel, owner.stamp, { topic }, ["once"]));
    await owner.commit({ group, topic, partition: 0, offset: 1, metadata: "" });
    await expect(zombie.commit({ group, topic, partition: 0, offset: 99, metadata: "" })).rejects.toMatchObject({ verdict: "fenced" });
    await expect.poll(() => committedValues(cluster, kernel, { topic })).toEqual(["once"]);
    expect(await stableOffset(cluster, group, { topic, partition: 0 })).toMatchObject({ offset: 1 });
  });

  test("a batch that is sent again is there once", async () => {
    const [topic, group] = [await newTopic(servers!), randomUUID()];
    const producer = await open({ topic, group });
    const batches = batchOf(kernel, producer.stamp, { topic }, ["x"]);
    await producer.send(batches);
    await producer.send(batches);
    await producer.commit({ group, topic, partition: 0, offset: 1, metadata: "" });
    await expect.poll(() => committedValues(cluster, kernel, { topic })).toEqual(["x"]);
  });
});
