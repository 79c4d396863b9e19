import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRecordsBatch, Reader, readRecordsBatches } from "@platformatic/kafka";
import { RecordBatchBuilder } from "../engine/source/record-batch.ts";
import { MangroveError } from "../kernel-as/errors.ts";
import { Blocks } from "../kernel-as/host/blocks.ts";
import type { EncodedRecords, Names } from "../kernel-as/host/encoder.ts";
import { loadKernel, type Kernel } from "../kernel-as/host/kernel.ts";
import { RecordBatchReader } from "../kernel-as/host/record-batch-reader.ts";
import { RecordBatchWriter, type BatchStamp } from "../kernel-as/host/record-batch-writer.ts";
import type { Bench, Contestant } from "./bench.ts";
import { kafkajsFormat } from "./kafkajs-format.ts";
import { median } from "./statistics.ts";

const SENSORS = 100;
const MESSAGE_BYTES = 264;
const PREDICTION_BYTES = 800;
/** Kafka's default for a producer's batch is 16 KiB; one that is behind, and ours, fill larger ones. */
const READ_BATCH_BYTES = 64 * 1024;
const PASSES = 5;

const stamp: BatchStamp = { producerId: 1n, producerEpoch: 0, isTransactional: true, timestampMs: 1_700_000_000_000, sequence: () => 0 };

/** Text of `bytes` printable characters, another for each record. */
function textOf(record: number, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => 32 + ((record * 31 + i * 7) % 90));
}

const keyOf = (record: number) => new TextEncoder().encode(`sensor-${record % SENSORS}`);

function bench(name: string, title: string, notes: readonly string[], count: number, open: (kernel: Kernel) => Promise<Contestants>): Bench {
  return {
    name,
    title,
    notes,
    unit: "ns a record",
    figure: (ms) => (ms * 1e6) / count,
    peers: [],
    prepare: (folder) => writeFile(join(folder, "ready"), ""),
    open: async () => Object.entries(await open(await loadKernel())).map(([each, pass]) => contestant(each, each !== "kernel", pass)),
  };
}

type Contestants = Readonly<Record<string, () => void | Promise<void>>>;

function contestant(name: string, peer: boolean, pass: () => void | Promise<void>): Contestant {
  return {
    name,
    peer,
    async run() {
      const took: number[] = [];
      for (let i = 0; i < PASSES; i++) {
        const startedMs = performance.now();
        await pass();
        took.push(performance.now() - startedMs);
      }
      return { ms: median(took) };
    },
  };
}

/** A Fetch response's records of one partition, about 1 MB each. */
function fetches(kernel: Kernel, count: number): { readonly bytes: Buffer; readonly from: number; readonly count: number }[] {
  using writer = new RecordBatchWriter(kernel, { partitions: 1, maxBytes: READ_BATCH_BYTES });
  const list: { bytes: Buffer; from: number; count: number }[] = [];
  let from = 0;
  for (let record = 0; record < count; record++) {
    writer.add(0, keyOf(record), textOf(record, MESSAGE_BYTES));
    if (writer.bytes < 1_000_000 && record + 1 < count) continue;
    let next = from;
    const bytes = writer.take(stamp).map((batch) => {
      new DataView(batch.bytes.buffer).setBigInt64(0, BigInt(next));
      next += batch.count;
      return batch.bytes;
    });
    list.push({ bytes: Buffer.concat(bytes), from, count: next - from });
    from = next;
  }
  return list;
}

function readBench(quick: boolean): Bench {
  const count = quick ? 5000 : 100_000;
  const notes = [
    `From the records field of a Fetch response, 1 MB in uncompressed batches of ${READ_BATCH_BYTES / 1024} KiB, to columns of keys, values, offsets and append times. The kernel compares each batch's CRC-32C, which the clients do not. The clients make an object of each record; "to columns" copies these beside each other, as the kernel has them.`,
  ];
  return bench("records-read", `records of ${MESSAGE_BYTES} bytes, ${SENSORS} keys`, notes, count, async (kernel) => {
    const list = fetches(kernel, count);
    const reader = new RecordBatchReader(kernel, { decompress: (_, bytes) => bytes });
    const kafkajs = kafkajsFormat();
    const columns = (bytes: Buffer) => {
      const builder = new RecordBatchBuilder("bench", 0);
      for (const { firstOffset, firstTimestamp, records } of readRecordsBatches(Reader.from(bytes))) {
        for (const { offsetDelta, timestampDelta, key, value } of records) builder.add(Number(firstOffset) + offsetDelta, Number(firstTimestamp) + Number(timestampDelta), key, value!);
      }
      return builder.take();
    };
    for (const { bytes, from } of list.slice(0, 2)) {
      const ours = reader.read(bytes, { from, aborted: [] }).records!;
      const theirs = columns(bytes);
      for (const name of ["offsets", "appendTimesMs", "keys", "keyBounds", "values", "bounds"] as const) {
        if (Buffer.compare(bytesOf(ours[name]), bytesOf(theirs[name])) !== 0) throw new MangroveError("MGV_INTERNAL", `The kernel's ${name} are not the client's. Nothing was timed.`);
      }
    }
    return {
      kernel: () => list.forEach(({ bytes, from }) => reader.read(bytes, { from, aborted: [] })),
      "@platformatic/kafka": () => list.forEach(({ bytes }) => readRecordsBatches(Reader.from(bytes))),
      "@platformatic/kafka to columns": () => list.forEach(({ bytes }) => columns(bytes)),
      kafkajs: async () => {
        for (const { bytes } of list) for (const decoder = new kafkajs.Decoder(bytes); decoder.canReadInt32(); ) await kafkajs.readBatch(decoder);
      },
    };
  });
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => Buffer.from(buffer, byteOffset, byteLength);

function writeBench(quick: boolean): Bench {
  const perPass = 1000;
  const passes = quick ? 2 : 50;
  const notes = [
    "From records that lie beside each other, and their sensors' names, to a batch as a Produce request has it, of 1,000 records in one partition, with key, CRC-32C and producer. All have the same records; the clients are given them as buffers.",
  ];
  return bench("records-write", `records of ${PREDICTION_BYTES} bytes, ${SENSORS} keys`, notes, perPass * passes, async (kernel) => {
    const writer = new RecordBatchWriter(kernel, { partitions: 1 });
    const blocks = new Blocks(kernel);
    const names = namesOf(blocks);
    const sensors = blocks.allocateFor(Uint32Array.from({ length: perPass }, (_, i) => i % SENSORS));
    const bytesAt = blocks.allocateFor(new Uint8Array(perPass * PREDICTION_BYTES + 64).map((_, i) => 32 + (i % 90)));
    const boundsAt = blocks.allocateFor(Uint32Array.from({ length: perPass + 1 }, (_, i) => i * PREDICTION_BYTES));
    const encoded = (): EncodedRecords => ({ bytes: kernel.u8(bytesAt, perPass * PREDICTION_BYTES), bounds: kernel.u32(boundsAt, perPass + 1) });
    const all = Buffer.from(encoded().bytes.slice().buffer);
    const keys = Array.from({ length: perPass }, (_, i) => Buffer.from(keyOf(i)));
    const valueOf = (i: number) => all.subarray(i * PREDICTION_BYTES, (i + 1) * PREDICTION_BYTES);
    const timestamp = BigInt(stamp.timestampMs);
    const kafkajs = kafkajsFormat();

    const ours = () => {
      writer.addEncoded(encoded(), { sensors: kernel.u32(sensors, perPass), names });
      return writer.take(stamp)[0]!.bytes;
    };
    const platformatic = () =>
      createRecordsBatch(
        keys.map((key, i) => ({ topic: "bench", partition: 0, key, value: valueOf(i), timestamp })),
        { producerId: 1n, producerEpoch: 0, transactionalId: "bench", partitionLeaderEpoch: -1 },
      ).buffer;
    const theirs = () =>
      kafkajs.writeBatch({
        partitionLeaderEpoch: -1, lastOffsetDelta: perPass - 1, transactional: true, producerId: 1, firstTimestamp: stamp.timestampMs, maxTimestamp: stamp.timestampMs,
        records: keys.map((key, i) => kafkajs.writeRecord({ offsetDelta: i, key, value: valueOf(i) })),
      });
    for (const other of [platformatic(), (await theirs()).buffer]) if (Buffer.compare(ours(), other) !== 0) throw new MangroveError("MGV_INTERNAL", "The kernel's batch is not the client's. Nothing was timed.");
    const times = (work: () => unknown) => async () => {
      for (let i = 0; i < passes; i++) await work();
    };
    return { kernel: times(ours), "@platformatic/kafka": times(platformatic), kafkajs: times(theirs) };
  });
}

function namesOf(blocks: Blocks): Names {
  const entries = Array.from({ length: SENSORS }, (_, i) => [blocks.allocateFor(keyOf(i)), keyOf(i).length]);
  return { pointer: blocks.allocateFor(Uint32Array.from(entries.flat())), count: SENSORS };
}

export const recordsBenches = [["records-read", readBench], ["records-write", writeBench]] as const;
