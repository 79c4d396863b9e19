import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { unstamped } from "../../../../engine/broker/wire/output-producer.ts";
import type { Cluster } from "../../../../engine/broker/wire/cluster.ts";
import { decompressor } from "../../../../engine/broker/wire/codecs.ts";
import { Fetcher, type Feed } from "../../../../engine/broker/wire/fetcher.ts";
import { produce } from "../../../../engine/broker/wire/produce.ts";
import { TransactionalProducer } from "../../../../engine/broker/wire/transactional-producer.ts";
import { loadKernel } from "../../../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../../../kernel-as/host/record-batch-reader.ts";
import { deleteBefore, inTransactions } from "../../../conformance/cluster.ts";
import { batchOf, newTopic, openCluster, writeTransactions } from "../../../fixtures/kafka-wire.ts";

const { servers, reason } = inject("kafka");
const kernel = await loadKernel();

test("a broker that comes back at another address is asked there", async () => {
  let port = 1;
  const asked: number[] = [];
  const answer = { code: 0, partitions: [{ partition: 0, code: 0, records: new Uint8Array(0), aborted: [], lastStableOffset: 0 }] };
  const moving = {
    messages: {},
    leader: () => Promise.resolve({ id: 1, host: "localhost", port }),
    call: (node: { port: number }) => (asked.push(node.port), node.port === 2 ? sleep(5).then(() => answer) : Promise.reject(new Error("nobody is there"))),
    forget: () => (port = 2),
    isUnreachable: () => true,
  } as unknown as Cluster;
  await using fetcher = new Fetcher(moving, "readings");
  const feed = fetcher.open(0, 0);
  await expect.poll(() => feed.isAtEnd).toBe(true);
  expect(asked.slice(0, 2)).toEqual([1, 2]);
});

describe.skipIf(reason)("fetches", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await openCluster(servers!);
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  /** The values of a feed, until there are so many. */
  async function valuesOf(feed: Feed, count: number): Promise<string[]> {
    using reader = new RecordBatchReader(kernel, { decompress: decompressor(cluster.client) });
    const text = new TextDecoder();
    const found: string[] = [];
    while (found.length < count) {
      const fetched = await feed.take(AbortSignal.timeout(60_000));
      if (fetched === undefined) return found;
      const { records } = reader.read(fetched.bytes, fetched);
      for (let i = 0; i < (records?.count ?? 0); i++) found.push(text.decode(records!.values.subarray(records!.bounds[i], records!.bounds[i + 1])));
    }
    return found;
  }

  test("two aborted transactions of one producer within one fetch are both left out", async () => {
    const topic = await newTopic(servers!);
    await inTransactions(servers!, topic, [["1", "commit"], ["2", "abort"], ["3", "abort"], ["4", "commit"], ["5", "abort"], ["6", "commit"]]);
    await using fetcher = new Fetcher(cluster, topic);
    expect(await valuesOf(fetcher.open(0, 0), 3)).toEqual(["1", "4", "6"]);
  });

  test("what is committed between an aborted transaction and one that is aborted without a record is there", async () => {
    const topic = await newTopic(servers!);
    await writeTransactions(servers!, kernel, topic, [["1", "abort"], ["2", "commit"], [null, "abort"], ["3", "commit"]]);
    await using fetcher = new Fetcher(cluster, topic);
    expect(await valuesOf(fetcher.open(0, 0), 2)).toEqual(["2", "3"]);
  });

  test("an aborted transaction whose marker comes by a later fetch is left out", async () => {
    const [topic, group, id] = [await newTopic(servers!), randomUUID(), randomUUID()];
    const reach = { topics: [topic], group, topic, partition: 0 };
    const aborted = await TransactionalProducer.open(cluster, id, { reach });
    // more than one fetch of a partition brings
    for (let i = 0; i < 5; i++) await aborted.send(batchOf(kernel, aborted.stamp, { topic }, ["aborted".padEnd(700_000)]));
    const owner = await TransactionalProducer.open(cluster, id, { reach });
    await owner.send(batchOf(kernel, owner.stamp, { topic }, ["committed"]));
    await owner.commit({ group, topic, partition: 0, offset: 1, metadata: "" });
    await using fetcher = new Fetcher(cluster, topic);
    expect(await valuesOf(fetcher.open(0, 0), 1)).toEqual(["committed"]);
  });

  test("a partition whose reader is slow holds no other back, and is read at most one fetch ahead", async () => {
    const topic = await newTopic(servers!, 2);
    const large = Array.from({ length: 12 }, (_, i) => batchOf(kernel, unstamped, { topic, partition: i % 2 }, [`${i}`.padEnd(600_000)])).flat();
    await produce(cluster, large);
    await using fetcher = new Fetcher(cluster, topic);
    const slow = fetcher.open(0, 0);
    const quick = fetcher.open(1, 0);
    expect((await valuesOf(quick, 6)).map((value) => Number(value))).toEqual([1, 3, 5, 7, 9, 11]);
    expect(slow.next).toBeLessThan(6);
    expect(slow.isAtEnd).toBe(false);
    expect((await valuesOf(slow, 6)).map((value) => Number(value))).toEqual([0, 2, 4, 6, 8, 10]);
    await expect.poll(() => slow.isAtEnd).toBe(true);
  });

  test("a partition that is at its end gives what comes later", async () => {
    const topic = await newTopic(servers!);
    await using fetcher = new Fetcher(cluster, topic);
    const feed = fetcher.open(0, 0);
    const values = valuesOf(feed, 1);
    await expect.poll(() => feed.isAtEnd).toBe(true);
    await produce(cluster, batchOf(kernel, unstamped, { topic }, ["late"]));
    expect(await values).toEqual(["late"]);
  });

  test("an offset whose record was deleted is told, with what to do", async () => {
    const topic = await newTopic(servers!);
    await produce(cluster, batchOf(kernel, unstamped, { topic }, ["a", "b", "c"]));
    await deleteBefore(servers!, topic, 2);
    await using fetcher = new Fetcher(cluster, topic);
    await expect(fetcher.open(0, 0).take(AbortSignal.timeout(60_000))).rejects.toMatchObject({ code: "MGV_BROKER", message: expect.stringContaining("no record at offset 0 any more"), cause: { protocolCode: 1 } });
  });

  test("a topic that is not there is told", async () => {
    await using fetcher = new Fetcher(cluster, `absent-${randomUUID()}`);
    const taken = fetcher.open(0, 0).take(AbortSignal.timeout(2_000));
    expect(await taken.catch((thrown: unknown) => thrown)).toBeUndefined(); // it may be made yet
  });
});
