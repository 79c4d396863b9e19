import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Blocks } from "../../../kernel-as/host/blocks.ts";
import { RecordEncoder } from "../../../kernel-as/host/encoder.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../../kernel-as/host/record-batch-reader.ts";
import { RecordBatchWriter, type BatchStamp, type SealedBatch } from "../../../kernel-as/host/record-batch-writer.ts";
import { column } from "../../../kernel-as/host/template.ts";
import { namesOf } from "../../fixtures/names.ts";
import { decompress } from "../../fixtures/random-batches.ts";
import { batchBytes, type PlainRecord } from "../../fixtures/record-batches.ts";

const kernel = await loadKernel();
const utf8 = (text: string) => new TextEncoder().encode(text);

const noProducer: BatchStamp = { producerId: -1n, producerEpoch: 3, isTransactional: false, timestampMs: 1_700_000_000_123, sequence: () => 9 };

/** MurmurHash2 as Java's client computes it. */
function murmur2(bytes: Uint8Array): number {
  const m = 0x5bd1e995;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let hash = 0x9747b28c ^ bytes.length;
  const whole = bytes.length - (bytes.length % 4);
  for (let at = 0; at < whole; at += 4) {
    let k = Math.imul(view.getInt32(at, true), m);
    k = Math.imul(k ^ (k >>> 24), m);
    hash = Math.imul(hash, m) ^ k;
  }
  const rest = [...bytes.subarray(whole)];
  if (rest.length > 0) hash = Math.imul(hash ^ rest.reduceRight((x, byte) => (x << 8) | byte, 0), m);
  hash = Math.imul(hash ^ (hash >>> 13), m);
  return hash ^ (hash >>> 15);
}

interface Given {
  readonly partition: number | null;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [string, Uint8Array | null])[];
}

/** What {@link RecordBatchWriter} does, a list at a time. */
function plainBatches(records: readonly Given[], partitions: number, maxBytes: number, { producerId, producerEpoch, isTransactional, timestampMs, sequence }: BatchStamp): SealedBatch[] {
  const lists = Array.from({ length: partitions }, (): PlainRecord[][] => [[]]);
  const time = BigInt(timestampMs);
  const seal = (list: readonly PlainRecord[], first: number) =>
    batchBytes({
      base: 0n, attributes: isTransactional ? 16 : 0, lastDelta: list.length - 1, baseTime: time, maxTime: time,
      producerId, producerEpoch: producerId < 0n ? -1 : producerEpoch, sequence: producerId < 0n ? -1 : first, records: list,
    });
  let turn = 0;
  for (const { partition, key, value, headers } of records) {
    const batches = lists[partition ?? (key ? (murmur2(key) & 0x7fffffff) % partitions : turn++ % partitions)]!;
    const added = (delta: number): PlainRecord => ({ delta, timeDelta: 0n, key, value, headers });
    const open = batches.at(-1)!;
    if (open.length > 0 && seal([...open, added(open.length)], 0).length > maxBytes) batches.push([added(0)]);
    else open.push(added(open.length));
  }
  return lists.flatMap((batches, partition) =>
    batches.filter(({ length }) => length > 0).map((list) => ({ partition, count: list.length, bytes: seal(list, sequence(partition, list.length)) })),
  );
}

/** A counter for each partition, as a producer has it. */
function sequences(): BatchStamp["sequence"] {
  const next = new Map<number, number>();
  return (partition, count) => {
    const first = next.get(partition) ?? 0;
    next.set(partition, first + count);
    return first;
  };
}

test("keys choose partitions by Java's murmur2", () => {
  // as of Kafka's UtilsTest
  const known = { "21": -973932308, foobar: -790332482, "a-little-bit-long-string": -985981536, "a-little-bit-longer-string": -1486304829, "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971, abc: 479470107 };
  const at = kernel.allocate(64);
  for (const [text, hash] of Object.entries(known)) {
    expect(murmur2(utf8(text))).toBe(hash);
    for (const partitions of [1, 3, 7, 1000]) {
      kernel.u8(at, text.length).set(utf8(text));
      expect(kernel.calls.partitionOf(at, text.length, partitions)).toBe((hash & 0x7fffffff) % partitions);
    }
  }
  kernel.release(at);
});

test("any records become the bytes of the plain writer, cut where they would exceed the most", () => {
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.constantFrom(63, 64, 300, 9000).map((length) => new Uint8Array(length).fill(65)));
  const record = fc.record({
    partition: fc.option(fc.nat({ max: 2 })), key: fc.option(bytes), value: fc.option(bytes),
    headers: fc.array(fc.tuple(fc.string({ unit: "grapheme", maxLength: 5 }), fc.option(bytes)), { maxLength: 2 }),
  });
  const stamp = fc.record({ producerId: fc.constantFrom(-1n, 0n, 2n ** 62n), producerEpoch: fc.nat({ max: 32_767 }), isTransactional: fc.boolean(), timestampMs: fc.constantFrom(0, 1_700_000_000_123) });
  fc.assert(
    fc.property(fc.array(record, { maxLength: 150 }), fc.constantFrom(100, 1000, 900_000), stamp, (records, maxBytes, about) => {
      using writer = new RecordBatchWriter(kernel, { partitions: 3, maxBytes });
      for (let time = 0; time < 2; time++) {
        const turned = time === 0 ? 0 : records.filter(({ partition, key }) => partition === null && key === null).length;
        for (const { partition, key, value, headers } of records) writer.add(partition, key, value, headers);
        const open = writer.bytes;
        const found = writer.take({ ...about, sequence: sequences() });
        const skipped = Array.from({ length: turned % 3 }, (): Given => ({ partition: null, key: null, value: null, headers: [] }));
        if (skipped.length === 0) expect(found).toEqual(plainBatches(records, 3, maxBytes, { ...about, sequence: sequences() }));
        expect(open).toBe(found.reduce((sum, { bytes: { length } }) => sum + length, 0));
        expect(writer.bytes).toBe(0);
      }
    }),
    { numRuns: 200 },
  );
});

test("records of the kernel have their sensors' names as keys and may lose the byte behind each", () => {
  using blocks = new Blocks(kernel);
  using encoder = new RecordEncoder(kernel, { n: column.u32("n"), s: column.sensor("s") }, { after: "\n" });
  const texts = ["kitchen", "Küche 🔥", "x".repeat(300), "", "attic"];
  const names = namesOf(blocks, texts);
  const sensors = Uint32Array.from({ length: 1000 }, (_, i) => (i * 7) % texts.length);
  const given = { n: Uint32Array.from(sensors, (_, i) => i), s: sensors };
  for (const rows of [undefined, Uint32Array.of(3, 999, 1, 1)]) {
    const picked = rows ?? Uint32Array.from(sensors, (_, i) => i);
    for (const trailing of [0, 1]) {
      using writer = new RecordBatchWriter(kernel, { partitions: 4, maxBytes: 5000 });
      writer.addEncoded(encoder.encode(given, rows ?? sensors.length, names), { sensors, names }, { ...(rows && { rows }), trailing });
      const records = Array.from(picked, (row): Given => {
        const name = texts[sensors[row]!]!;
        return { partition: null, key: utf8(name), value: utf8(JSON.stringify({ n: row, s: name }) + (trailing ? "" : "\n")), headers: [] };
      });
      expect(writer.take(noProducer)).toEqual(plainBatches(records, 4, 5000, noProducer));
    }
  }
  using writer = new RecordBatchWriter(kernel, { partitions: 4 });
  expect(() => writer.addEncoded(encoder.encode(given, 1000, names), { sensors, names: { ...names, count: 4 } })).toThrow(/no name/);
  expect(() => writer.addEncoded(encoder.encode(given, 1000, names), { sensors: sensors.subarray(1), names })).toThrow(/1000 records.*999 sensors/);
  expect(writer.take(noProducer)).toEqual([]);
});

test("records of the kernel are read where they are, also while memory grows", async () => {
  const own = await loadKernel();
  using blocks = new Blocks(own);
  using encoder = new RecordEncoder(own, { n: column.u32("n"), text: "x".repeat(2000) });
  const names = namesOf(blocks, ["a"]);
  const n = Uint32Array.from({ length: 10_000 }, (_, i) => i);
  using writer = new RecordBatchWriter(own, { partitions: 1 });
  const sensors = new Uint32Array(n.length);
  encoder.encode({ n }, n.length);
  const before = own.calls.memory.buffer.byteLength;
  let added = 0;
  for (; own.calls.memory.buffer.byteLength === before; added += n.length) writer.addEncoded(encoder.encode({ n }, n.length), { sensors, names });
  const batches = writer.take(noProducer);
  expect(Math.max(...batches.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(900_000);
  using reader = new RecordBatchReader(own, { decompress });
  let row = 0;
  for (const { bytes, count } of batches) {
    const { records: found } = reader.read(bytes, { from: 0, aborted: [] });
    expect(found!.count).toBe(count);
    const text = new TextDecoder().decode(found!.values);
    for (let i = 0; i < count; i++) expect(text.slice(found!.bounds[i], found!.bounds[i]! + 20).startsWith(`{"n":${row++ % n.length},`)).toBe(true);
  }
  expect(row).toBe(added);
});

test("a batch is compressed where that makes it smaller", () => {
  using writer = new RecordBatchWriter(kernel, { partitions: 2 });
  const odd = Uint8Array.from({ length: 20 }, (_, i) => i * i * 29);
  writer.add(0, null, new Uint8Array(1000).fill(65));
  writer.add(1, utf8("key"), odd);
  const [small, plain] = writer.take({ ...noProducer, compress: { codec: 1, run: (records) => gzipSync(records) } }) as [SealedBatch, SealedBatch];
  const codecOf = ({ bytes }: SealedBatch) => bytes[22]! & 7;
  expect([codecOf(small), codecOf(plain)]).toEqual([1, 0]);
  expect(small.bytes.length).toBeLessThan(200);
  using reader = new RecordBatchReader(kernel, { decompress });
  expect(reader.read(small.bytes, { from: 0, aborted: [] }).records!.values).toEqual(new Uint8Array(1000).fill(65));
  expect(reader.read(plain.bytes, { from: 0, aborted: [] }).records!.values).toEqual(odd);
});

test("what was taken stays as it is, and what is cleared is never sent", () => {
  using writer = new RecordBatchWriter(kernel, { partitions: 1 });
  writer.add(0, null, utf8("first"));
  const [taken] = writer.take(noProducer);
  const copy = taken!.bytes.slice();
  writer.add(0, null, utf8("other"));
  writer.clear();
  expect(writer.bytes).toBe(0);
  expect(writer.take(noProducer)).toEqual([]);
  expect(taken!.bytes).toEqual(copy);
  expect(() => writer.add(1, null, utf8("x"))).toThrow(/no partition 1/);
});
