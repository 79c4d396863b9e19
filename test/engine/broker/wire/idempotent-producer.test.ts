import { expect, inject, test } from "vitest";
import { IdempotentProducer } from "../../../../engine/broker/wire/idempotent-producer.ts";
import { loadKernel } from "../../../../kernel-as/host/kernel.ts";
import { batchOf, committedValues, newTopic, openCluster } from "../../../fixtures/kafka-wire.ts";

const { servers, reason } = inject("kafka");
const kernel = await loadKernel();

test.skipIf(reason)("what is sent again is there once, and what follows comes behind it", async () => {
  await using cluster = await openCluster(servers!);
  const topic = await newTopic(servers!, 2);
  const producer = await IdempotentProducer.open(cluster, topic);
  const first = batchOf(kernel, producer.stamp, { topic }, ["a", "b"]);
  for (let i = 0; i < 3; i++) await producer.send(first);
  await producer.send([...batchOf(kernel, producer.stamp, { topic }, ["c"]), ...batchOf(kernel, producer.stamp, { topic, partition: 1 }, ["d"])]);
  await producer.send(first);
  expect(await committedValues(cluster, kernel, { topic })).toEqual(["a", "b", "c"]);
  expect(await committedValues(cluster, kernel, { topic, partition: 1 })).toEqual(["d"]);

  const other = await IdempotentProducer.open(cluster, topic);
  await other.send(batchOf(kernel, other.stamp, { topic }, ["a"]));
  expect(await committedValues(cluster, kernel, { topic })).toEqual(["a", "b", "c", "a"]);
});
