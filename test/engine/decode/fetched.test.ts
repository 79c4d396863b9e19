import { expect, test } from "vitest";
import { Decoder } from "../../../engine/decode/decoder.ts";
import { ReferenceDecoder } from "../../../engine/decode/reference.ts";
import { sliceRecords } from "../../../engine/source/record-batch.ts";
import { FetchedBatch } from "../../../engine/source/fetched-batch.ts";
import type { RecordBatch } from "../../../engine/source/source.ts";
import type { FetchedRecords } from "../../../kernel-as/host/fetched-records.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../../../kernel-as/host/record-batch-reader.ts";
import { RecordBatchWriter } from "../../../kernel-as/host/record-batch-writer.ts";
import { decompress } from "../../fixtures/random-batches.ts";
import { mustEqual, randomRecords } from "../../fuzz/decode.ts";

const kernel = await loadKernel();

/** The same records as a broker sends them, all of one time. */
function fetched(reader: RecordBatchReader, { count, keys, keyBounds, values, bounds }: RecordBatch): FetchedRecords {
  using writer = new RecordBatchWriter(kernel, { partitions: 1, maxBytes: 2 ** 30 });
  for (let i = 0; i < count; i++) writer.add(0, keys.subarray(keyBounds[i], keyBounds[i + 1]), values.subarray(bounds[i], bounds[i + 1]));
  const [batch] = writer.take({ producerId: -1n, producerEpoch: 0, isTransactional: false, timestampMs: 2e12, sequence: () => 0 });
  return reader.read(batch!.bytes, { from: 0, aborted: [] }).records!;
}

test("records that a reader holds in the kernel become what the oracle makes of them, whole or in part, also while memory grows", () => {
  using reader = new RecordBatchReader(kernel, { decompress });
  for (let seed = 1; seed <= 60; seed++) {
    const { schema, format, records } = randomRecords(seed);
    const dated = { ...records, appendTimesMs: new Float64Array(records.count).fill(2e12) };
    const inKernel = new FetchedBatch(records.topic, records.partition, fetched(reader, records));
    const [from, to] = seed % 2 === 0 ? [0, records.count] : [13, 77];
    using decoder = new Decoder(kernel, schema, format);
    const { values } = inKernel;
    if (seed % 3 === 0) kernel.calls.memory.grow(1);
    mustEqual(decoder.decode(sliceRecords(inKernel, from, to)), new ReferenceDecoder(schema, format).decode(sliceRecords(dated, from, to)));
    expect(values.length === 0).toBe(seed % 3 === 0);
  }
});

test("records that a reader holds in the kernel are not copied to be decoded", () => {
  using reader = new RecordBatchReader(kernel, { decompress });
  const { schema, format, records } = randomRecords(1);
  const inKernel = fetched(reader, records);
  using decoder = new Decoder(kernel, schema, format);
  const asked: number[] = [];
  const allocate = kernel.allocate.bind(kernel);
  kernel.allocate = (bytes) => {
    asked.push(bytes);
    return allocate(bytes);
  };
  decoder.decode(new FetchedBatch(records.topic, records.partition, inKernel));
  kernel.allocate = allocate;
  const columns = (schema.fields.length + 4) * records.count * 8 + records.count * 5;
  expect(asked).toContain(columns);
  expect(asked.filter((bytes) => bytes !== columns).every((bytes) => bytes < inKernel.values.length / 4)).toBe(true);
});
