import { randomUUID } from "node:crypto";
import { afterEach, expect, inject, test, vi } from "vitest";
import { unstamped } from "../../../../engine/broker/wire/output-producer.ts";
import { connectBroker } from "../../../../engine/broker/connect.ts";
import { produce } from "../../../../engine/broker/wire/produce.ts";
import { Metrics } from "../../../../engine/monitoring/metrics.ts";
import { LagWatch } from "../../../../engine/runtime/kafka/lag-watch.ts";
import { KafkaPartitions } from "../../../../engine/runtime/kafka/partitions.ts";
import { loadKernel } from "../../../../kernel-as/host/kernel.ts";
import { batchOf, openCluster } from "../../../fixtures/kafka-wire.ts";

const { servers, reason } = inject("kafka");
const kernel = await loadKernel();

afterEach(() => vi.useRealTimers());

test.skipIf(reason)("the lag of a partition is what is behind its reader, and is gone with it", async () => {
  const topic = `lag-${randomUUID()}`;
  {
    await using broker = await connectBroker("platformatic", { servers: [servers!] });
    await broker.ensureTopics([topic], { partitions: 2 });
  }
  await using cluster = await openCluster(servers!);
  await produce(cluster, batchOf(kernel, unstamped, { topic, partition: 1 }, ["a", "b", "c"]));
  await using input = new KafkaPartitions(cluster, kernel, { topic, from: "earliest" });
  const metrics = new Metrics();
  const told = async () => (await metrics.text()).split("\n").filter((line) => line.startsWith("mangrove_consumer_lag_records{"));
  const series = (partition: number, records: number) => `mangrove_consumer_lag_records{topic="${topic}",partition="${partition}"} ${records}`;
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  {
    using held = new DisposableStack();
    held.use(new LagWatch(input, metrics));
    const reader = input.open(1, 0);
    using idle = input.open(0, 0);
    expect(idle.next).toBe(0);
    vi.advanceTimersByTime(5000);
    await expect.poll(told).toEqual([series(1, 3), series(0, 0)]);
    await reader.take(new AbortController().signal);
    vi.advanceTimersByTime(5000);
    await expect.poll(told).toEqual([series(1, 0), series(0, 0)]);
    reader[Symbol.dispose]();
    vi.advanceTimersByTime(5000);
    await expect.poll(told).toEqual([series(0, 0)]);
  }
  expect(await told()).toEqual([]);
});
