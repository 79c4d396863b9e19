import { randomUUID } from "node:crypto";
import { Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test, vi } from "vitest";
import type { Beginning, Broker, BrokerOptions, ProducedRecord, Subscription } from "../../engine/broker/broker.ts";
import { connectBroker } from "../../engine/broker/connect.ts";
import { fetchBytes } from "../../engine/broker/patience.ts";
import type { RecordBatch } from "../../engine/source/source.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { RecordBatchWriter } from "../../kernel-as/host/record-batch-writer.ts";
import type { RecordHeaders } from "../../kernel-as/host/record-headers.ts";
import type { KafkaForTests } from "../broker/global-setup.ts";
import { sharedKernel } from "../../kernel-as/host/kernel.ts";
import { writeTransactions } from "../fixtures/kafka-wire.ts";
import { appendDated, deleteBefore, inTransactions } from "./cluster.ts";
import { RawKafka } from "./raw-kafka.ts";
import { collect, flatten, type ReadRecord } from "./records.ts";

/** What every adapter of the broker port must do, tried against a real cluster. */
export function brokerConformance(name: string, connect: (options: BrokerOptions) => Promise<Broker>): void {
  const { servers, reason }: KafkaForTests = inject("kafka");

  test(`${name} says that no broker answers, and where it asked`, async () => {
    const failure = connect({ servers: ["127.0.0.1:1"] }).then((broker) => broker.topics());
    await expect(failure).rejects.toMatchObject({
      code: "MGV_BROKER",
      message: expect.stringMatching(/^No Kafka broker answers at 127\.0\.0\.1:1\. Start one/),
    });
  });

  describe.skipIf(servers === null)(`${name}${reason === null ? "" : ` (${reason})`}`, () => {
    let broker: Broker;

    beforeAll(async () => {
      broker = await connect({ servers: servers!.split(",") });
    });
    afterAll(() => broker[Symbol.asyncDispose]());

    /** A topic that no other test and no other run knows. */
    async function newTopic(partitions = 1): Promise<string> {
      const topic = `conformance-${randomUUID()}`;
      await broker.ensureTopics([topic], { partitions });
      return topic;
    }

    function subscribe(topic: string, group: string = randomUUID(), from: Beginning = "earliest") {
      return broker.subscribe({ topic, group, from });
    }

    async function readAll(topic: string, count: number): Promise<ReadRecord[]> {
      await using subscription = await subscribe(topic);
      return await collect(subscription, count);
    }

    test("makes a topic once, with the partitions asked for, and leaves it as it is afterwards", async () => {
      const topic = await newTopic(3);
      await broker.ensureTopics([topic], { partitions: 5 });
      await broker.ensureTopics([]);
      expect(await broker.topics()).toContain(topic);
      expect([...(await broker.endOffsets(topic)).keys()].sort()).toEqual([0, 1, 2]);
    });

    test("makes a topic with the partitions that topics have here, where no number is said", async () => {
      const topic = `conformance-${randomUUID()}`;
      await using other = await connect({ servers: servers!.split(","), topicPartitions: 3 });
      await other.ensureTopics([topic]);
      expect((await other.endOffsets(topic)).size).toBe(3);
    });

    test("tells the settings of a topic, those that it was made with and the broker's own", async () => {
      const topic = `conformance-${randomUUID()}`;
      await broker.ensureTopics([topic], { settings: { "retention.ms": "7777" } });
      const settings = (await broker.settingsOf(topic))!;
      expect(["retention.ms", "message.timestamp.type", "cleanup.policy"].map((name) => settings.get(name))).toEqual(["7777", "LogAppendTime", "delete"]);
      await expect(broker.settingsOf(`${topic}-none`)).rejects.toMatchObject({ code: "MGV_BROKER_TOPIC" });
    });

    test("does not show the topics that Kafka keeps for itself", async () => {
      await readAll(await newTopic(), 0); // a group makes __consumer_offsets
      expect((await broker.topics()).filter((topic) => topic.startsWith("__"))).toEqual([]);
    });

    test("refuses a topic name that Kafka does not allow, and says which", async () => {
      await expect(broker.ensureTopics(["no spaces allowed"])).rejects.toMatchObject({
        code: "MGV_BROKER_TOPIC",
        message: expect.stringMatching(/no spaces allowed/),
      });
    });

    test("says that a topic does not exist when it is read, written or measured", async () => {
      const topic = `absent-${randomUUID()}`;
      const missing = { code: "MGV_BROKER_TOPIC", message: expect.stringContaining(topic) };
      await expect(subscribe(topic)).rejects.toMatchObject(missing);
      await expect(broker.produce([{ topic, key: null, value: "x" }])).rejects.toMatchObject(missing);
      await expect(broker.endOffsets(topic)).rejects.toMatchObject(missing);
    });

    test("brings the headers of records that have some", async () => {
      const topic = await newTopic();
      const headers: RecordHeaders = [["trace", Uint8Array.of(0xff, 1)], ["trace", new Uint8Array()], ["none", null]];
      using writer = new RecordBatchWriter(await loadKernel(), { partitions: 1 });
      writer.add(0, null, Uint8Array.of(1));
      writer.add(0, null, Uint8Array.of(2), headers);
      const stamp = { producerId: -1n, producerEpoch: -1, isTransactional: false, timestampMs: 0, sequence: () => -1 };
      await using raw = await RawKafka.connect(servers!);
      for (const { bytes } of writer.take(stamp)) await expect.poll(() => raw.produce(topic, 0, bytes)).toBe(0); // a new topic may have no leader yet
      await using subscription = await subscribe(topic);
      const plain = (of: RecordHeaders) => of.map(([header, value]) => [header, value && [...value]]);
      for await (const batch of subscription.batches(new AbortController().signal)) {
        expect([0, 1].map((record) => plain(batch.headersOf!(record)))).toEqual([[], plain(headers)]);
        break;
      }
    });

    test("brings back keys and values as they were produced, in their order", async () => {
      const topic = await newTopic();
      const large = "0123456789".repeat(50_000);
      const sent: [string | null, string][] = [
        ["kitchen", "1"],
        [null, "without a key"],
        ["Küche 🔥", "Rauch — 煙 🔥"],
        ["kitchen", ""],
        ["", "empty key"],
        ["cellar", large],
        ["kitchen", "last"],
      ];
      await broker.produce(sent.map(([key, value]) => ({ topic, key, value })));
      const read = await readAll(topic, sent.length);
      // an empty key is no key
      expect(read.map(({ key, value }) => [key, value])).toEqual(sent.map(([key, value]) => [key === "" ? null : key, value]));
      expect(read.map(({ offset }) => offset)).toEqual(sent.map((_, index) => index));
      expect(await broker.endOffsets(topic)).toEqual(new Map([[0, sent.length]]));
    });

    test("gives each record the time at which the broker appended it", async () => {
      const topic = await newTopic();
      const before = Date.now();
      await broker.produce(numbered(topic, 0, 10));
      await appendDated(servers!, topic, before - 86_400_000);
      const times = (await readAll(topic, 11)).map(({ appendTimeMs }) => appendTimeMs);
      // A minute for a broker on another machine, whose clock may be off.
      for (const time of times) expect(Math.abs(time - before)).toBeLessThan(60_000);
    });

    test("sends more than one request can hold, in order", async () => {
      const topic = await newTopic();
      const value = "x".repeat(10_000);
      const produced = Array.from({ length: 300 }, (_, index) => ({ topic, key: "k", value: `${index} ${value}` }));
      await broker.produce(produced);
      const read = await readAll(topic, 300);
      expect(read.map((record) => record.value.split(" ")[0])).toEqual(produced.map((_, index) => String(index)));
    });

    test("keeps the order of calls that were made without waiting", async () => {
      const topic = await newTopic();
      await Promise.all(Array.from({ length: 50 }, (_, index) => broker.produce(numbered(topic, index, 1))));
      const read = await readAll(topic, 50);
      expect(read.map(({ value }) => Number(value))).toEqual(Array.from({ length: 50 }, (_, index) => index));
    });

    test("puts a key on the partition that every other client puts it on", async () => {
      const topic = await newTopic(3); // not a power of 2: signed and unsigned hashes differ
      const keys = Array.from({ length: 200 }, (_, index) => `sensor-${index}`);
      for (const client of ["platformatic", "kafkajs"] as const) {
        await using other = await connectBroker(client, { servers: servers!.split(",") });
        await other.produce(keys.map((key) => ({ topic, key, value: client })));
      }
      await broker.produce(keys.map((key) => ({ topic, key, value: "again" })));
      const found = await readAll(topic, 600);
      const places = new Set(found.map(({ key, partition }) => `${key} on ${partition}`));
      expect(places.size).toBe(keys.length);
      expect(new Set(found.map(({ partition }) => partition))).toEqual(new Set([0, 1, 2]));
      expect([...places]).toEqual(expect.arrayContaining(javaPlaces));
    });

    test("spreads records without a key over the partitions", async () => {
      const topic = await newTopic(2);
      await broker.produce(Array.from({ length: 100 }, () => ({ topic, key: null, value: "x" })));
      const ends = await broker.endOffsets(topic);
      expect(ends.get(0)).toBeGreaterThan(0);
      expect(ends.get(1)).toBeGreaterThan(0);
    });

    test("goes on after what was committed, loses nothing, and repeats only the rest", async () => {
      const topic = await newTopic();
      const group = randomUUID();
      await broker.produce(numbered(topic, 0, 100));
      {
        await using first = await subscribe(topic, group);
        expect(await first.committed()).toEqual(new Map());
        await collect(first, 100);
        await first.commit(0, 40);
        expect(await first.committed()).toEqual(new Map([[0, 40]]));
      }
      await broker.produce(numbered(topic, 100, 20));
      await using second = await subscribe(topic, group);
      expect(await second.committed()).toEqual(new Map([[0, 40]]));
      expect(second.positions()).toEqual(new Map([[0, 40]]));
      const read = await collect(second, 80);
      expect(read.map(({ value }) => Number(value))).toEqual(Array.from({ length: 80 }, (_, index) => 40 + index));
    });

    test("commits nothing by itself", async () => {
      const topic = await newTopic();
      const group = randomUUID();
      await broker.produce(numbered(topic, 0, 10));
      await using first = await subscribe(topic, group);
      await collect(first, 10);
      await first[Symbol.asyncDispose]();
      await using second = await subscribe(topic, group);
      expect((await collect(second, 10)).map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    test("begins with the latest when asked, and misses nothing from then on", async () => {
      const topic = await newTopic(2);
      await broker.produce(numbered(topic, 0, 50));
      await using subscription = await subscribe(topic, randomUUID(), "latest");
      await broker.produce(numbered(topic, 50, 10));
      const read = await collect(subscription, 10);
      expect(read.map(({ value }) => Number(value)).sort((a, b) => a - b)).toEqual([50, 51, 52, 53, 54, 55, 56, 57, 58, 59]);
    });

    test("begins with the first record of a time, and behind the last where there is none of it or later", async () => {
      const topic = await newTopic(2);
      const one = (from: number) => broker.produce(numbered(topic, from, 10).map((record) => ({ ...record, key: "sensor-0" })));
      await one(0);
      const before = (await readAll(topic, 10)).at(-1)!;
      await new Promise((resolve) => setTimeout(resolve, 20));
      await one(10);
      const other = 1 - before.partition; // holds nothing
      await using between = await subscribe(topic, randomUUID(), { atMs: before.appendTimeMs + 1 });
      expect(between.positions()).toEqual(new Map([[before.partition, 10], [other, 0]]));
      expect((await collect(between, 10)).map(({ value }) => Number(value))).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
      await using same = await subscribe(topic, randomUUID(), { atMs: (await readAll(topic, 20)).find(({ value }) => value === "10")!.appendTimeMs });
      expect(same.positions().get(before.partition)).toBe(10);
      await using first = await subscribe(topic, randomUUID(), { atMs: 0 });
      expect(first.positions().get(before.partition)).toBe(0);

      await using future = await subscribe(topic, randomUUID(), { atMs: Date.now() + 3_600_000 });
      expect(future.positions().get(before.partition)).toBe(20);
      await one(20);
      expect((await collect(future, 10)).map(({ value }) => Number(value))).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
    });

    test("goes on from what is stored, whatever beginning is asked for", async () => {
      const topic = await newTopic();
      const group = randomUUID();
      await broker.produce(numbered(topic, 0, 10));
      {
        await using first = await subscribe(topic, group);
        await first.commit(0, 4);
      }
      for (const from of ["latest", { atMs: 0 }] as const) {
        await using again = await subscribe(topic, group, from);
        expect(again.positions()).toEqual(new Map([[0, 4]]));
      }
    });

    test("tells and forgets all that a group has stored, once it has no member, and then begins anew", async () => {
      const [topic, second] = [await newTopic(2), await newTopic()].sort() as [string, string];
      const group = randomUUID();
      await broker.produce([...numbered(topic, 0, 10), ...numbered(second, 0, 10)]);
      expect(await broker.storedOffsets(group)).toEqual([]);
      await expect(broker.forgetGroup(group)).resolves.toBeUndefined();
      for (const each of [topic, second]) {
        await using member = await subscribe(each, group);
        await collect(member, 10);
        for (const [partition, next] of member.positions()) await member.commit(partition, next);
        await expect(broker.forgetGroup(group)).rejects.toMatchObject({
          code: "MGV_BROKER",
          message: expect.stringMatching(new RegExp(` at ${servers!.split(",")[0]}.* the group ${group} while it has members: stop its engine first`)),
        });
      }
      const ends = [];
      for (const each of [topic, second])
        for (const [partition, offset] of [...(await broker.endOffsets(each))].sort(([a], [b]) => a - b)) ends.push({ topic: each, partition, offset });
      expect(await broker.storedOffsets(group)).toEqual(ends);

      await broker.forgetGroup(group);
      expect(await broker.storedOffsets(group)).toEqual([]);
      await using again = await subscribe(topic, group);
      expect((await collect(again, 10)).map(({ value }) => Number(value)).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    test("knows the position of every partition, also of those without a record", async () => {
      const topic = await newTopic(3);
      await broker.produce([{ topic, key: "sensor-0", value: "x" }]);
      await using subscription = await subscribe(topic);
      expect([...subscription.positions()].sort()).toEqual([[0, 0], [1, 0], [2, 0]]);
      const [record] = await collect(subscription, 1);
      expect(subscription.positions().get(record!.partition)).toBe(1);
    });

    test("reads only what transactions committed, and passes over the rest to the very end", async () => {
      const topic = await newTopic();
      // Two aborts by one producer within one fetch, and a marker as the last record of the partition.
      await inTransactions(servers!, topic, [
        ["a", "commit"],
        ["b", "abort"],
        ["c", "commit"],
        ["d", "abort"],
        ["e", "abort"],
        ["f", "commit"],
        ["g", "abort"],
      ]);
      // the coordinator writes a marker after it has answered the producer
      await expect.poll(async () => (await broker.endOffsets(topic)).get(0)).toBe(14);
      await using subscription = await subscribe(topic);
      const stop = new AbortController();
      const reading = gather(subscription, stop.signal);
      await expect.poll(() => subscription.positions()).toEqual(new Map([[0, 14]]));
      expect(reading.records.map(({ value }) => value)).toEqual(["a", "c", "f"]);
      await inTransactions(servers!, topic, [["h", "abort"]]); // a fetch that brings nothing to read
      await expect.poll(() => subscription.positions()).toEqual(new Map([[0, 16]]));
      expect(reading.records).toHaveLength(3);
      stop.abort();
      await reading.ended;
    });

    test("reads what was committed between an aborted transaction and one that was aborted without a record", async () => {
      const topic = await newTopic();
      await writeTransactions(servers!, await sharedKernel(), topic, [["a", "abort"], ["b", "commit"], [null, "abort"], ["c", "commit"]]);
      await using subscription = await subscribe(topic);
      expect((await collect(subscription, 2)).map(({ value }) => value)).toEqual(["b", "c"]);
    });

    test("starts with the first record there is when those after the stored offset were deleted", async () => {
      const topic = await newTopic();
      const group = randomUUID();
      await broker.produce(numbered(topic, 0, 50));
      {
        await using first = await subscribe(topic, group);
        await first.commit(0, 10);
      }
      await deleteBefore(servers!, topic, 30);
      await using second = await subscribe(topic, group);
      expect((await collect(second, 20)).map(({ offset }) => offset)).toEqual(Array.from({ length: 20 }, (_, i) => 30 + i));
    });

    test("goes on with the first record there is when those it was to read next are deleted", async () => {
      const topic = await newTopic();
      await using subscription = await subscribe(topic);
      await broker.produce(numbered(topic, 0, 50));
      await deleteBefore(servers!, topic, 30);
      expect((await collect(subscription, 20)).at(-1)!.offset).toBe(49);
    });

    test("shares the partitions between two members of a group, each record to one that holds it", async () => {
      const topic = await newTopic(4);
      const group = randomUUID();
      await broker.produce(numbered(topic, 0, 100));
      await using first = await subscribe(topic, group);
      const stop = new AbortController();
      const readings = [gather(first, stop.signal)];
      await expect.poll(() => readings[0]!.records).toHaveLength(100);
      for (const [partition, next] of first.positions()) await first.commit(partition, next);

      await using second = await subscribe(topic, group);
      readings.push(gather(second, stop.signal));
      await expect.poll(() => [first.positions().size, second.positions().size]).toEqual([2, 2]);
      const held = [first, second].map((member) => new Set(member.positions().keys()));
      expect(new Set([...held[0]!, ...held[1]!])).toEqual(new Set([0, 1, 2, 3]));

      await broker.produce(numbered(topic, 100, 200));
      const late = () => readings.map(({ records }) => records.filter(({ value }) => Number(value) >= 100));
      await expect.poll(() => late().flat()).toHaveLength(200);
      for (const [index, records] of late().entries())
        expect(records.filter(({ partition }) => !held[index]!.has(partition))).toEqual([]);
      expect(new Set(late().flat().map(({ value }) => value)).size).toBe(200);

      const lost = [...held[1]!][0]!;
      await expect(first.commit(lost, 1)).resolves.toBeUndefined(); // it is the other's now
      expect((await second.committed()).get(lost)).not.toBe(1);
      stop.abort();
      await Promise.all(readings.map(({ ended }) => ended));
    });

    test("hands a member's partitions to the one that stays", async () => {
      const topic = await newTopic(2);
      const group = randomUUID();
      await using first = await subscribe(topic, group);
      const stop = new AbortController();
      const reading = gather(first, stop.signal);
      {
        await using second = await subscribe(topic, group);
        const other = gather(second, stop.signal);
        await expect.poll(() => first.positions().size + second.positions().size).toBe(2);
        await second[Symbol.asyncDispose]();
        await other.ended;
      }
      await broker.produce(numbered(topic, 0, 40));
      await expect.poll(() => new Set(reading.records.map(({ value }) => value)).size).toBe(40);
      stop.abort();
      await reading.ended;
    });

    test("does not repeat what it has read when another member joins and leaves", async () => {
      const topic = await newTopic(1);
      const group = randomUUID();
      await broker.produce(numbered(topic, 0, 30));
      await using first = await subscribe(topic, group);
      const stop = new AbortController();
      const reading = gather(first, stop.signal);
      await expect.poll(() => reading.records).toHaveLength(30);
      await using second = await subscribe(topic, group);
      const holder = () => [first, second].filter((member) => member.positions().size === 1);
      await expect.poll(() => holder()).toHaveLength(1);
      const stayed = holder()[0] === first;
      await second[Symbol.asyncDispose]();
      await broker.produce(numbered(topic, 30, 10));
      const expected = Array.from({ length: 40 }, (_, index) => index);
      await expect.poll(() => reading.records.at(-1)?.offset).toBe(39);
      // Where the partition did go to the other and came back, nothing was committed and all is read again.
      expect(reading.records.map(({ offset }) => offset)).toEqual(
        stayed ? expected : [...expected.slice(0, 30), ...expected],
      );
      stop.abort();
      await reading.ended;
    });

    test("ends quietly when told to stop, while it waits and while it reads, and can be read again", async () => {
      const topic = await newTopic();
      await using subscription = await subscribe(topic);
      const waiting = new AbortController();
      const idle = gather(subscription, waiting.signal);
      waiting.abort();
      await idle.ended;
      expect(idle.records).toEqual([]);

      await broker.produce(numbered(topic, 0, 10));
      const reading = new AbortController();
      let batches = 0;
      for await (const batch of subscription.batches(reading.signal)) {
        expect(batch.count).toBeGreaterThan(0);
        batches += 1;
        reading.abort();
      }
      expect(batches).toBe(1);

      await broker.produce(numbered(topic, 10, 5));
      const rest = await collect(subscription, 5);
      expect(rest.at(-1)!.value).toBe("14");
    });

    test("ends the reading when the subscription is disposed of", async () => {
      const subscription = await subscribe(await newTopic());
      const reading = gather(subscription, new AbortController().signal);
      await subscription[Symbol.asyncDispose]();
      await reading.ended;
      expect(reading.records).toEqual([]);
    });

    test("does not fetch on while nobody pulls, and then still delivers everything", async () => {
      const topic = await newTopic(4);
      const value = "x".repeat(1_000);
      const count = 16_000;
      for (let from = 0; from < count; from += 4_000)
        await broker.produce(Array.from({ length: 4_000 }, (_, index) => ({ topic, key: `${from + index}`, value })));

      const sockets = new Set<Socket>();
      const connecting = recording(sockets);
      const spy = vi.spyOn(Socket.prototype, "connect").mockImplementation(connecting);
      onTestFinished(() => spy.mockRestore());
      await using subscription = await subscribe(topic);
      const batches = subscription.batches(new AbortController().signal)[Symbol.asyncIterator]();
      const first = await batches.next();
      await new Promise((resolve) => setTimeout(resolve, 2_500)); // past several fetches and heartbeats
      const received = [...sockets].reduce((sum, socket) => sum + (socket.bytesRead ?? 0), 0);
      expect(received).toBeGreaterThan(100_000); // the first batch came over these sockets
      expect(received).toBeLessThan(2 * fetchBytes + 500_000); // of 16 MB: at most one fetch in hand and one ahead
      const keys = new Set(flatten(first.value as RecordBatch).map(({ key }) => key));
      while (keys.size < count) for (const { key } of flatten((await batches.next()).value as RecordBatch)) keys.add(key);
      await batches.return?.();
      expect(keys.size).toBe(count);
    });
  });
}

/** Where of 3 partitions Java's producer puts a key, as `Utils.murmur2` of kafka-clients 4.4.0 computes it. */
const javaPlaces = [0, 1, 1, 2, 2, 1, 1, 1, 1, 2, 2, 2].map((partition, index) => `sensor-${index} on ${partition}`);

function numbered(topic: string, from: number, count: number): ProducedRecord[] {
  return Array.from({ length: count }, (_, index) => ({ topic, key: null, value: String(from + index) }));
}

/** Reads in the background what comes, until `signal` aborts. */
function gather(subscription: Subscription, signal: AbortSignal) {
  const records: ReadRecord[] = [];
  const ended = (async () => {
    for await (const batch of subscription.batches(signal)) records.push(...flatten(batch));
  })();
  return { records, ended };
}

/** `Socket.connect` that also remembers its socket. */
function recording(sockets: Set<Socket>): Socket["connect"] {
  const connect = Socket.prototype.connect;
  return function (this: Socket, ...args: unknown[]) {
    sockets.add(this);
    return Reflect.apply(connect, this, args) as Socket;
  };
}
