import { expect, test } from "vitest";
import type { ErrorCode, MangroveError } from "../../../kernel-as/errors.ts";
import { FetchedRecords } from "../../../kernel-as/host/fetched-records.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../../kernel-as/host/record-batch-reader.ts";
import { headersOf } from "../../../kernel-as/host/record-headers.ts";
import { decompress, randomFetch } from "../../fixtures/random-batches.ts";
import { batchBytes, crc32c, readBatches, type PlainBatch, type PlainRecord } from "../../fixtures/record-batches.ts";
import { brokenFetch, fuzzBatches, mustEqual, readByKernel } from "../../fuzz/batches.ts";

const kernel = await loadKernel();
const utf8 = (text: string) => new TextEncoder().encode(text);
const whole = { from: 0, aborted: [] };

const TRANSACTIONAL = 16;
const CONTROL = 32;

function record(delta: number, value: string): PlainRecord {
  return { delta, timeDelta: BigInt(delta), key: null, value: utf8(value), headers: [] };
}

/** A batch from offset `base` on, of one record for each value. */
function batch(base: number, values: readonly string[], more: Partial<PlainBatch> = {}): Uint8Array {
  const records = values.map((value, i) => record(i, value));
  return batchBytes({ base: BigInt(base), attributes: 0, lastDelta: Math.max(0, values.length - 1), baseTime: 1000n, maxTime: 5000n, producerId: -1n, producerEpoch: -1, sequence: -1, records, ...more });
}

const mark = (base: number, producerId: bigint, kind: "abort" | "commit") =>
  batch(base, [], { attributes: TRANSACTIONAL | CONTROL, producerId, records: [{ ...record(0, "000000"), key: Uint8Array.of(0, 0, 0, kind === "commit" ? 1 : 0) }] });

const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(parts.flatMap((part) => [...part]));

/** The values that are read, as one text, and what comes next. */
function read(bytes: Uint8Array, options: Parameters<RecordBatchReader["read"]>[1] = whole): { values: string; next: number } {
  using reader = new RecordBatchReader(kernel, { decompress });
  const { records, next } = readByKernel(reader, { bytes, ...options });
  return { values: records.map(({ value }) => new TextDecoder().decode(value)).join(" "), next };
}

test("the CRC-32C of the kernel is the plain one, at every length and place", () => {
  expect(crc32c(utf8("123456789"))).toBe(0xe3069283); // the check value of CRC-32C
  const at = kernel.allocate(70_000);
  kernel.u8(at, 70_000).forEach((_, i, bytes) => (bytes[i] = (i * i * 31) >> 5));
  const around = (length: number) => Array.from({ length: 70 }, (_, i) => length - 35 + i);
  // short ones, where folding begins, and after one and two rounds of what it keeps
  const lengths = [...Array(100).keys(), 1000, ...around(2048), ...around(79 * 16 + 2048), ...around(79 * 16 + 4096), 65_537];
  for (const start of [0, 1, 5, 15]) {
    for (const length of lengths) expect(kernel.calls.crc32c(at + start, length) >>> 0, `${length} bytes`).toBe(crc32c(kernel.u8(at + start, length)));
  }
  kernel.release(at);
});

test("random fetches are read as the oracle reads them", () => {
  const first = Date.now() % 1_000_000_000;
  console.log(`fetches from seed ${first}`);
  using reader = new RecordBatchReader(kernel, { decompress });
  let read = 0;
  for (let seed = first; seed < first + 300; seed++) {
    const fetched = randomFetch(seed);
    const expected = readBatches(fetched.bytes, { ...fetched, decompress });
    mustEqual(readByKernel(reader, fetched), expected);
    read += expected.records.length;
  }
  expect(read).toBeGreaterThan(1000);
});

test("broken fetches are refused in words, or read as the oracle does", () => {
  const seed = Date.now() % 1_000_000_000;
  console.log(`broken fetches from seed ${seed}`);
  const { read, refused } = fuzzBatches(kernel, 2000, seed);
  expect(read).toBeGreaterThan(500);
  expect(refused).toBeGreaterThan(200);
});

//  memory  … ├ batches ┤ 64 bytes of anything ┤ end of memory        a load beyond them traps
test("nothing behind the input is judged by, and no load goes further than 64 bytes beyond it", async () => {
  const own = await loadKernel();
  const reader = own.calls.batchReaderCreate();
  const large = own.allocate(1 << 20);
  const run = (at: number, bytes: Uint8Array) => {
    own.u8(at, bytes.length).set(bytes);
    return own.calls.batchReaderRun(reader, at, bytes.length, 0, 0, 0);
  };
  expect(run(large, joined(batch(0, Array(2000).fill("")), batch(2000, [], { records: [{ ...record(0, ""), key: new Uint8Array(70_000), value: new Uint8Array(70_000), headers: [["", new Uint8Array(70_000)]] }] })))).toBe(0);
  own.calls.memory.grow(1);
  const end = own.calls.memory.buffer.byteLength;
  let refused = 0;
  for (let seed = 1; seed <= 1000; seed++) {
    const { bytes } = brokenFetch(seed);
    if (bytes.length > 65_000) continue;
    const results = [0, 1, 2, 0x7f, 0x80, 0xff].map((poison) => {
      own.u8(end - 64, 64).fill(poison);
      const status = run(end - 64 - bytes.length, bytes);
      refused += status > 1 ? 1 : 0;
      if (status !== 0) return status;
      const { offsets, appendTimesMs, keys, values, headers } = new FetchedRecords(own, reader);
      return crc32c(joined(...[offsets, appendTimesMs, keys, values, headers].map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength))));
    });
    expect(new Set(results).size, `seed ${seed}`).toBe(1);
  }
  expect(refused).toBeGreaterThan(500);
  expect(own.calls.memory.buffer.byteLength).toBe(end);
});

test("a batch that is cut short is left out, and nothing is passed over where it is the first", () => {
  const [first, second] = [batch(5, ["a", "b"]), batch(7, ["c"])];
  const bytes = joined(first, second);
  for (let cut = 0; cut < bytes.length; cut++) {
    expect(read(bytes.subarray(0, cut), { from: 5, aborted: [] })).toEqual(cut < first.length ? { values: "", next: 5 } : { values: "a b", next: 7 });
  }
  expect(read(bytes, { from: 5, aborted: [] })).toEqual({ values: "a b c", next: 8 });
});

test("records below the offset that is asked for are left out, and batches without records passed over", () => {
  const bytes = joined(batch(5, ["a", "b", "c"]), batch(8, [], { lastDelta: 3 }));
  expect(read(bytes, { from: 7, aborted: [] })).toEqual({ values: "c", next: 12 });
  expect(read(bytes, { from: 100, aborted: [] })).toEqual({ values: "", next: 100 });
});

test("offsets go up to 2^53 - 2, and have the gaps of a compacted topic", () => {
  const base = Number.MAX_SAFE_INTEGER - 1 - 2 ** 31;
  const bytes = batch(base, [], { lastDelta: 2 ** 31 - 1, records: [record(0, "a"), record(77, "b"), record(2 ** 31 - 1, "c")] });
  using reader = new RecordBatchReader(kernel, { decompress });
  const { records, next } = reader.read(bytes, whole);
  expect([...records!.offsets]).toEqual([base, base + 77, base + 2 ** 31 - 1]);
  expect(next).toBe(Number.MAX_SAFE_INTEGER - 1);
  expect(() => read(batch(Number.MAX_SAFE_INTEGER - 1, ["a", "b"]))).toThrow(/message format says/);
});

test("the time is the producer's, or the broker's where the batch says so", () => {
  using reader = new RecordBatchReader(kernel, { decompress });
  expect([...reader.read(batch(0, ["a", "b"]), whole).records!.appendTimesMs]).toEqual([1000, 1001]);
  expect([...reader.read(batch(0, ["a", "b"], { attributes: 8 }), whole).records!.appendTimesMs]).toEqual([5000, 5000]);
  const far = { ...record(0, "a"), timeDelta: 2n ** 52n };
  expect([...reader.read(batch(0, [], { records: [far] }), whole).records!.appendTimesMs]).toEqual([2 ** 52 + 1000]);
});

test("a time that no date can hold is none: -1, which stands for none, and nanoseconds", () => {
  using reader = new RecordBatchReader(kernel, { decompress });
  const times = (more: Partial<PlainBatch>) => [...reader.read(batch(0, ["a", "b"], more), whole).records!.appendTimesMs];
  expect(times({ baseTime: -1n })).toEqual([NaN, 0]);
  expect(times({ baseTime: 8_640_000_000_000_000n })).toEqual([8.64e15, NaN]);
  expect(times({ baseTime: 1_700_000_000_000_000_000n })).toEqual([NaN, NaN]);
  expect(times({ attributes: 8, maxTime: -1n })).toEqual([NaN, NaN]);
});

test("what was aborted is left out, up to the mark, twice of one producer and with its mark in another fetch", () => {
  const [one, two] = [7n, 8n];
  const of = (producerId: bigint) => ({ attributes: TRANSACTIONAL, producerId });
  const bytes = joined(
    batch(0, ["a"], of(one)), batch(1, ["b"], of(two)), mark(2, one, "abort"), batch(3, ["c"], of(one)), mark(4, one, "commit"), batch(5, ["d"], of(one)),
    batch(6, ["e"], { producerId: one }), mark(7, one, "abort"), mark(8, two, "commit"), batch(9, ["f"], of(two)),
  );
  const aborted = [{ producerId: two, firstOffset: 9n }, { producerId: one, firstOffset: 5n }, { producerId: one, firstOffset: 0n }];
  expect(read(bytes, { from: 0, aborted })).toEqual({ values: "b c e", next: 10 });
  expect(read(joined(mark(2, one, "abort"), batch(3, ["c"], of(one))), { from: 2, aborted: [{ producerId: one, firstOffset: 0n }] })).toEqual({ values: "c", next: 4 });
});

test("headers are there in their order, empty, null or beyond ASCII", () => {
  const headers = [["trace", utf8("1")], ["", new Uint8Array()], ["ключ", null], ["trace", utf8("x".repeat(300))]] as const;
  const bytes = batch(0, [], { lastDelta: 1, records: [{ ...record(0, "a"), headers }, record(1, "b")] });
  using reader = new RecordBatchReader(kernel, { decompress });
  const records = reader.read(bytes, whole).records!;
  expect(headersOf(records, 0)).toEqual(headers);
  expect(headersOf(records, 1)).toEqual([]);
  expect(records.headerBounds[1]).toBe(records.headerBounds[2]);
});

test("several readers keep what they have read, also when memory grows", () => {
  using first = new RecordBatchReader(kernel, { decompress });
  using second = new RecordBatchReader(kernel, { decompress });
  const small = first.read(batch(0, ["a"]), whole).records!;
  const { values } = small;
  const other = second.read(batch(0, ["bc"]), whole).records!;
  kernel.calls.memory.grow(1);
  expect(values.length).toBe(0); // its memory is gone
  expect(small.values).toEqual(utf8("a"));
  expect(other.values).toEqual(utf8("bc"));
});

test("what cannot be read is refused with a sentence that names the offset", () => {
  const refused = (bytes: Uint8Array, sentence: RegExp, options = whole) => {
    let thrown: unknown;
    try {
      read(bytes, options);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: "MGV_BROKER" satisfies ErrorCode });
    expect((thrown as MangroveError).message).toMatch(sentence);
  };
  const sound = batch(41, ["a"]);
  const changed = (at: number, byte: number) => sound.map((each, i) => (i === at ? byte : each));
  refused(changed(sound.length - 2, 0x62), /offset 41.*checksum/);
  refused(changed(16, 1), /offset 41.*format 1;/);
  refused(changed(8, 0xff), /offset 41.*message format says/);
  refused(joined(sound, sound), /offset 41, met while reading from offset 42 on/);
  refused(batch(41, ["a"], { attributes: 1 }), /offset 41.*decompressed \(codec 1\)/);
  refused(batch(41, ["a"], { attributes: TRANSACTIONAL | CONTROL }), /offset 41/);
});
