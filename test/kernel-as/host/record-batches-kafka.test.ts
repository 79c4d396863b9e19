import { randomUUID } from "node:crypto";
import { compressionsAlgorithmsByBitmask, createRecordsBatch, murmur2, Reader, readRecordsBatches } from "@platformatic/kafka";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { compressions } from "../../../engine/broker/compression.ts";
import { connectKafkajs } from "../../../engine/broker/kafkajs.ts";
import { connectPlatformatic } from "../../../engine/broker/platformatic.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../../kernel-as/host/record-batch-reader.ts";
import { RecordBatchWriter, type BatchStamp, type SealedBatch } from "../../../kernel-as/host/record-batch-writer.ts";
import type { KafkaForTests } from "../../broker/global-setup.ts";
import { inTransactions } from "../../conformance/cluster.ts";
import { RawKafka } from "../../conformance/raw-kafka.ts";
import { collect } from "../../conformance/records.ts";
import { readByKernel } from "../../fuzz/batches.ts";

const kernel = await loadKernel();
const utf8 = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array | null) => (bytes ? new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) : null);
const buffer = ({ buffer, byteOffset, length }: Uint8Array) => Buffer.from(buffer, byteOffset, length);

const decompress = (codec: number, bytes: Uint8Array) => compressionsAlgorithmsByBitmask[codec]!.decompressSync(buffer(bytes));
const codecs = [0, 1, 2, 3, 4].map((codec) => ({ codec, name: compressions[codec]! }));

function stamp(codec: number, more: Partial<BatchStamp> = {}): BatchStamp {
  const compress = codec === 0 ? {} : { compress: { codec, run: (records: Uint8Array) => compressionsAlgorithmsByBitmask[codec]!.compressSync(buffer(records)) } };
  return { producerId: -1n, producerEpoch: -1, isTransactional: false, timestampMs: 1_700_000_000_123, sequence: () => -1, ...compress, ...more };
}

/** Records of all sorts: keys and values empty, absent, beyond ASCII, and long; headers here and there. */
const records = Array.from({ length: 500 }, (_, i) => ({
  key: i % 5 === 0 ? null : `sensor-${i % 7} é`,
  value: i % 50 === 49 ? "y".repeat(20_000) : i % 11 === 0 ? "" : `{"value": ${i}, "text": "${"x".repeat(i)} 🔥"}`,
  headers: i % 3 === 0 ? ([["trace", `${i}`], ["empty", ""]] as const) : [],
}));

/** All records in partition 0. */
function written(codec: number, maxBytes: number, more: Partial<BatchStamp> = {}): SealedBatch[] {
  using writer = new RecordBatchWriter(kernel, { partitions: 1, maxBytes });
  for (const { key, value, headers } of records) writer.add(0, key === null ? null : utf8(key), utf8(value), headers.map(([name, each]) => [name, utf8(each)]));
  return writer.take(stamp(codec, more));
}

describe.each(codecs)("with codec $name", ({ codec, name }) => {
  test("our batches are read by @platformatic/kafka", () => {
    const batches = written(codec, 50_000, { producerId: 77n, producerEpoch: 3, isTransactional: true, sequence: () => 5 });
    const found = readRecordsBatches(Reader.from(Buffer.concat(batches.map(({ bytes }) => bytes))));
    expect(found.length).toBe(batches.length);
    expect(found.length).toBeGreaterThan(3);
    for (const batch of found) {
      expect(batch).toMatchObject({ producerId: 77n, producerEpoch: 3, firstSequence: 5, attributes: 16 | codec, firstTimestamp: 1_700_000_000_123n, maxTimestamp: 1_700_000_000_123n, lastOffsetDelta: batch.records.length - 1 });
    }
    const list = found.flatMap((batch) => batch.records.map(({ key, value, headers }) => ({ key: text(key), value: text(value), headers: headers.map((header) => header.map(text)) })));
    expect(list).toEqual(records);
  });

  test("batches of @platformatic/kafka are read by ours", () => {
    const messages = records.map(({ key, value, headers }, i) => ({
      topic: "topic", partition: 0, key: key === null ? undefined : Buffer.from(key), value: Buffer.from(value), timestamp: 1_700_000_000_000n + BigInt(i * i), headers: new Map(headers.map(([a, b]) => [Buffer.from(a), Buffer.from(b)])),
    }));
    const bytes = createRecordsBatch(messages as Parameters<typeof createRecordsBatch>[0], { compression: name as "none" }).buffer;
    using reader = new RecordBatchReader(kernel, { decompress });
    const { records: found, next } = readByKernel(reader, { bytes, from: 0, aborted: [] });
    expect(next).toBe(records.length);
    expect(found.map(({ appendTimeMs }) => appendTimeMs)).toEqual(records.map((_, i) => 1_700_000_000_000 + i * i));
    expect(found.map(({ key, value, headers }) => ({ key: key.length > 0 ? text(key) : null, value: text(value), headers: headers.map(([a, b]) => [a, text(b)]) }))).toEqual(records);
  });
});

test("keys are hashed as @platformatic/kafka hashes them", () => {
  const at = kernel.allocate(300);
  for (let length = 0; length < 300; length++) {
    const key = Uint8Array.from({ length }, (_, i) => (i * length * 31) >> 1);
    kernel.u8(at, length).set(key);
    expect(kernel.calls.partitionOf(at, length, 12)).toBe((murmur2(buffer(key)) & 0x7fffffff) % 12);
  }
  kernel.release(at);
});

const { servers, reason }: KafkaForTests = inject("kafka");

describe.skipIf(servers === null)(`on a broker${reason === null ? "" : ` (${reason})`}`, () => {
  let raw: RawKafka;

  beforeAll(async () => {
    raw = await RawKafka.connect(servers!);
  });
  afterAll(() => raw[Symbol.asyncDispose]());

  async function newTopic(): Promise<string> {
    const topic = `batches-${randomUUID()}`;
    await using broker = await connectKafkajs({ servers: servers!.split(",") });
    await broker.ensureTopics([topic]);
    return topic;
  }

  /** All committed records of partition 0, by our reader. */
  async function readAll(topic: string, end: number) {
    using reader = new RecordBatchReader(kernel, { decompress });
    const found = [];
    for (let from = 0; from < end; ) {
      const { errorCode, aborted, bytes } = await raw.fetch(topic, 0, from);
      expect(errorCode).toBe(0);
      const { records: some, next } = readByKernel(reader, { bytes, from, aborted });
      found.push(...some);
      from = next;
    }
    return found;
  }

  test.each(codecs)("takes our batches with codec $name, and both clients and our reader read them back", async ({ codec }) => {
    const topic = await newTopic();
    for (const { bytes } of written(codec, 300_000)) await expect.poll(() => raw.produce(topic, 0, bytes)).toBe(0); // a new topic may have no leader yet
    const wanted = records.map(({ key, value }, offset) => ({ offset, key, value }));
    for (const connect of [connectKafkajs, connectPlatformatic]) {
      await using broker = await connect({ servers: servers!.split(",") });
      await using subscription = await broker.subscribe({ topic, group: randomUUID(), from: "earliest" });
      expect((await collect(subscription, records.length)).map(({ offset, key, value }) => ({ offset, key, value }))).toEqual(wanted);
    }
    const found = await readAll(topic, records.length);
    expect(found.map(({ offset, key, value }) => ({ offset, key: key.length > 0 ? text(key) : null, value: text(value) }))).toEqual(wanted);
    expect(found.map(({ headers }) => headers.map(([a, b]) => [a, text(b)]))).toEqual(records.map(({ headers }) => headers));
  });

  test.each(codecs)("gives our reader what both clients produce with codec $name", async ({ name }) => {
    for (const connect of [connectKafkajs, connectPlatformatic]) {
      const topic = await newTopic();
      await using broker = await connect({ servers: servers!.split(","), compression: name });
      const before = Date.now();
      await broker.produce(records.map(({ key, value }) => ({ topic, key, value })));
      const found = await readAll(topic, records.length);
      expect(found.map(({ key, value }) => ({ key: key.length > 0 ? text(key) : null, value: text(value) }))).toEqual(records.map(({ key, value }) => ({ key, value })));
      expect(found.map(({ offset }) => offset)).toEqual(records.map((_, i) => i));
      // a minute for a broker on another machine, whose clock may be off
      for (const { appendTimeMs } of found) expect(Math.abs(appendTimeMs - before)).toBeLessThan(60_000);
    }
  });

  test("tells what was aborted so that our reader leaves it out", async () => {
    const topic = await newTopic();
    await inTransactions(servers!, topic, [["a", "commit"], ["b", "abort"], ["c", "commit"], ["d", "abort"], ["e", "abort"], ["f", "commit"]]);
    expect((await readAll(topic, 12)).map(({ value }) => text(value))).toEqual(["a", "c", "f"]);
  });
});
