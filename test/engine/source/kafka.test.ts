import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { connectBroker } from "../../../engine/broker/connect.ts";
import type { Broker } from "../../../engine/broker/broker.ts";
import { kafkaSource } from "../../../engine/source/kafka.ts";
import type { Source } from "../../../engine/source/source.ts";
import type { KafkaForTests } from "../../broker/global-setup.ts";
import { inTransactions } from "../../conformance/cluster.ts";
import { flatten } from "../../conformance/records.ts";

const newName = () => `source-${randomUUID()}`;
const { servers, reason }: KafkaForTests = inject("kafka");

for (const client of ["platformatic", "kafkajs"] as const) {
  describe.skipIf(servers === null)(`kafkaSource on ${client}${reason === null ? "" : ` (${reason})`}`, () => {
    let broker: Broker;
    beforeAll(async () => {
      broker = await connectBroker(client, { servers: servers!.split(",") });
    });
    afterAll(() => broker[Symbol.asyncDispose]());

    const produce = (topic: string, from: number, count: number) =>
      broker.produce(Array.from({ length: count }, (_, index) => ({ topic, key: `k${index % 7}`, value: `${from + index}` })));

    test("makes a missing topic, and ends at once on an empty one", async () => {
      const topic = newName();
      await using source = await kafkaSource({ broker, topic, group: newName(), untilEnd: true });
      expect(await readToEnd(source)).toEqual([]);
      expect(await broker.topics()).toContain(topic);
    });

    test("says which topic could not be made", async () => {
      const failure = kafkaSource({ broker, topic: "not a topic", group: newName() });
      await expect(failure).rejects.toMatchObject({ code: "MGV_BROKER_TOPIC", message: expect.stringContaining("not a topic") });
    });

    test("reads every partition to its end and then ends", async () => {
      const topic = newName();
      await broker.ensureTopics([topic], { partitions: 3 });
      await produce(topic, 0, 500);
      await using source = await kafkaSource({ broker, topic, group: newName(), untilEnd: true });
      expect((await readToEnd(source)).sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, index) => index));
    });

    test("ends where some partitions hold nothing", async () => {
      const topic = newName();
      await broker.ensureTopics([topic], { partitions: 4 });
      await broker.produce([{ topic, key: "one", value: "1" }]);
      await using source = await kafkaSource({ broker, topic, group: newName(), untilEnd: true });
      expect(await readToEnd(source)).toEqual([1]);
    });

    test("reads only the rest of what the group has partly done", async () => {
      const topic = newName();
      const group = newName();
      await broker.ensureTopics([topic]);
      await produce(topic, 0, 100);
      {
        await using first = await kafkaSource({ broker, topic, group, untilEnd: true });
        await readToEnd(first);
        await first.commit(0, 60);
      }
      await using second = await kafkaSource({ broker, topic, group, untilEnd: true });
      expect(await readToEnd(second)).toEqual(Array.from({ length: 40 }, (_, index) => 60 + index));
    });

    test("ends at once when the group has done everything", async () => {
      const topic = newName();
      const group = newName();
      await broker.ensureTopics([topic], { partitions: 2 });
      await produce(topic, 0, 20);
      {
        await using first = await kafkaSource({ broker, topic, group, untilEnd: true });
        await readToEnd(first);
        for (const [partition, end] of await broker.endOffsets(topic)) await first.commit(partition, end);
      }
      await using second = await kafkaSource({ broker, topic, group, untilEnd: true });
      expect(await readToEnd(second)).toEqual([]);
    });

    test("ends at once from the latest", async () => {
      const topic = newName();
      await broker.ensureTopics([topic]);
      await produce(topic, 0, 20);
      await using source = await kafkaSource({ broker, topic, group: newName(), from: "latest", untilEnd: true });
      expect(await readToEnd(source)).toEqual([]);
    });

    test("tells of how many partitions the group had stored an offset", async () => {
      const topic = newName();
      const group = newName();
      await broker.ensureTopics([topic], { partitions: 3 });
      {
        await using first = await kafkaSource({ broker, topic, group });
        expect(await first.holdings()).toEqual({ held: 3, resumed: 0 });
        await first.commit(1, 0);
      }
      await using second = await kafkaSource({ broker, topic, group, from: "latest" });
      expect(await second.holdings()).toEqual({ held: 3, resumed: 1 });
    });

    test("ends behind the markers of transactions, which are no records", async () => {
      const topic = newName();
      await broker.ensureTopics([topic]);
      await inTransactions(servers!, topic, [["1", "commit"], ["2", "abort"]]);
      await using source = await kafkaSource({ broker, topic, group: newName(), untilEnd: true });
      expect(await readToEnd(source)).toEqual([1]);
    });

    test("without untilEnd waits for more, until it is told to stop", async () => {
      const topic = newName();
      await using source = await kafkaSource({ broker, topic, group: newName() });
      await produce(topic, 0, 5);
      const stop = new AbortController();
      const read: number[] = [];
      for await (const { format, records } of source.read(stop.signal)) {
        expect(format).toEqual({ kind: "json" });
        read.push(...flatten(records).map(({ value }) => Number(value)));
        if (read.length === 5) await produce(topic, 5, 5);
        if (read.length === 10) stop.abort();
      }
      expect(read).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    test("with untilEnd also stops when it is told to", async () => {
      const topic = newName();
      await broker.ensureTopics([topic], { partitions: 2 });
      await produce(topic, 0, 100);
      await using source = await kafkaSource({ broker, topic, group: newName(), untilEnd: true });
      const stop = new AbortController();
      let batches = 0;
      for await (const { records } of source.read(stop.signal)) {
        expect(records.topic).toBe(topic);
        batches += 1;
        stop.abort();
      }
      expect(batches).toBe(1);
    });

    test("says what it reads", async () => {
      const topic = newName();
      await using source = await kafkaSource({ broker, topic, group: "g", untilEnd: true });
      expect(source.topic).toBe(topic);
      expect(source.description).toBe(`Kafka topic ${topic}, as group g, to its present end`);
    });
  });
}

async function readToEnd(source: Source): Promise<number[]> {
  const read: number[] = [];
  for await (const { records } of source.read(new AbortController().signal))
    read.push(...flatten(records).map(({ value }) => Number(value)));
  return read;
}
