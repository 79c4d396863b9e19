import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { DeadLetter } from "../../../engine/batch.ts";
import type { Cluster } from "../../../engine/broker/wire/cluster.ts";
import { decompressor } from "../../../engine/broker/wire/codecs.ts";
import { readPartition } from "../../../engine/broker/wire/read-partition.ts";
import { writeLetter } from "../../../engine/dead-letters/letter-text.ts";
import { LetterTopic } from "../../../engine/dead-letters/letter-topic.ts";
import { LetterReplay } from "../../../engine/dead-letters/replay-letters.ts";
import { keyOf } from "../../../engine/source/record-batch.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../../kernel-as/host/record-batch-reader.ts";
import { headersOf } from "../../../kernel-as/host/record-headers.ts";
import { append } from "../../fixtures/append.ts";
import { newTopic, openCluster } from "../../fixtures/kafka-wire.ts";

const { servers, reason } = inject("kafka");
const kernel = await loadKernel();
const text = new TextEncoder();

describe.skipIf(reason)("dead letters on a broker", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await openCluster(servers!);
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  /** A topic of readings and one of dead letters, which has those that are given, and what is none. */
  async function lettersOf(some: readonly Partial<DeadLetter>[]) {
    const [readings, name] = [await newTopic(servers!, 2), await newTopic(servers!, 2)];
    await append(cluster, kernel, { topic: readings, partitions: 2 }, Array.from({ length: 8 }, (_, i) => ({ partition: i % 2, value: String(i) })));
    const whole = some.map((letter, i): DeadLetter => ({ topic: readings, partition: 0, offset: i, appendTimeMs: i, key: null, headers: [], code: "MGV_JSON", reason: "not JSON", value: text.encode(`message ${i}`), ...letter }));
    const records = whole.map((letter, i) => ({ partition: i % 2, ...writeLetter(letter) }));
    await append(cluster, kernel, { topic: name, partitions: 2 }, [{ value: "no dead letter" }, ...records]);
    return { readings, letters: await LetterTopic.open(cluster, kernel, name) };
  }

  /** What was appended behind the first four records of a partition. */
  async function appended(topic: string, partition: number) {
    using reader = new RecordBatchReader(kernel, { decompress: decompressor(cluster.client) });
    const found = [];
    for await (const records of readPartition(cluster, reader, { topic, partition, from: 4 })) {
      for (let i = 0; i < records.count; i++) {
        const headers = headersOf(records, i).map(([header, value]) => [header, value && new TextDecoder().decode(value)]);
        found.push({ key: keyOf(records, i), value: new TextDecoder().decode(records.values.subarray(records.bounds[i], records.bounds[i + 1])), headers });
      }
    }
    return found;
  }

  const options = { compression: "none" as const, nowMs: () => 0, signal: new AbortController().signal };

  test("the newest are told in the order in which they were written, of one kind if that is asked for", async () => {
    const { letters } = await lettersOf(Array.from({ length: 1_200 }, (_, i) => ({ code: i % 100 === 0 ? "MGV_TIME" : "MGV_JSON" })));
    const offsets = async (...of: Parameters<typeof letters.newest>) => (await letters.newest(...of)).map(({ letter }) => letter.offset).sort((a, b) => a - b);
    expect(await offsets({}, 3)).toHaveLength(3);
    expect(await offsets({}, Infinity)).toEqual(Array.from({ length: 1_200 }, (_, i) => i));
    expect(await offsets({ code: "MGV_TIME" }, 100)).toEqual(Array.from({ length: 12 }, (_, i) => i * 100));
    expect(await offsets({ topic: "elsewhere" }, 100)).toEqual([]);
    expect(await offsets({ sinceMs: Date.now() + 60_000 }, 100)).toEqual([]);
    expect(await offsets({ sinceMs: Date.now() - 600_000, code: "MGV_TIME" }, Infinity)).toHaveLength(12);
    const places = (await letters.newest({}, 5)).map(({ partition, offset }) => [partition, offset]);
    expect(places.map(([, offset]) => offset)).toEqual([595, 596, 597, 598, 599].map((offset) => expect.toBeOneOf([offset, offset + 1]) as number));
  });

  test("one is found at its place, and nothing where there is none", async () => {
    const { letters } = await lettersOf([{ reason: "first" }, { reason: "second" }, { reason: "third" }]);
    expect(await letters.at(0, 2)).toMatchObject({ partition: 0, offset: 2, letter: { reason: "third" } });
    for (const [partition, offset] of [[0, 0], [0, 3], [1, 1], [7, 0]] as const) expect(await letters.at(partition, offset)).toBeNull();
  });

  test("messages are appended to their partitions with key and headers, once, however often that is asked for", async () => {
    const { readings, letters } = await lettersOf([
      { partition: 1, offset: 3, key: "kitchen", headers: [["trace", text.encode("a")], ["none", null]] },
      { partition: 1, offset: 2, headers: [["mangrove-replay-of", text.encode("an earlier one")]] },
      { partition: 0, offset: 1, value: new Uint8Array(300_000) },
      { partition: 0, offset: 0, code: "MGV_TIME" },
      { partition: 1, offset: 3, key: "kitchen" }, // a dead letter that was written twice
    ]);
    const replay = new LetterReplay(cluster, kernel, letters);
    const plan = await replay.plan({ code: "MGV_JSON" });
    expect(plan).toMatchObject({ cut: 1, done: 0, topics: new Map([[readings, 2]]) });
    expect(await replay.run(plan, { ...options, signal: AbortSignal.abort() })).toBe(0);
    expect(await replay.run(plan, options)).toBe(2);
    expect(await appended(readings, 0)).toEqual([]);
    const byValue = (a: { value: string }, b: { value: string }) => a.value.localeCompare(b.value);
    expect((await appended(readings, 1)).sort(byValue)).toEqual([
      { key: "kitchen", value: expect.stringMatching(/message [04]/) as string, headers: expect.arrayContaining([["mangrove-replay-of", `${readings}/1/3`]]) as unknown },
      { key: null, value: "message 1", headers: [["mangrove-replay-of", `${readings}/1/2`]] },
    ]);

    const again = await replay.plan({});
    expect(again).toMatchObject({ cut: 1, done: 2, topics: new Map([[readings, 1]]) });
    expect(await replay.run(again, options)).toBe(1);
    expect(await appended(readings, 0)).toEqual([{ key: null, value: "message 3", headers: [["mangrove-replay-of", `${readings}/0/0`]] }]);
    expect(await replay.run(await replay.plan({}), options)).toBe(0);
  });

  test("a topic that is not there is told by name", async () => {
    const absent = `absent-${randomUUID()}`;
    const failure = { code: "MGV_BROKER_TOPIC", message: expect.stringContaining(absent) as string };
    await expect(LetterTopic.open(cluster, kernel, absent)).rejects.toMatchObject(failure);
    const { letters } = await lettersOf([{ topic: absent }]);
    await expect(new LetterReplay(cluster, kernel, letters).plan({})).rejects.toMatchObject(failure);
  });
});
