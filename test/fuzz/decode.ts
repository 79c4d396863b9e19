import { Decoder } from "../../engine/decode/decoder.ts";
import type { Batch, DeadLetter } from "../../engine/batch.ts";
import { ReferenceDecoder } from "../../engine/decode/reference.ts";
import { RecordBatchBuilder } from "../../engine/source/record-batch.ts";
import type { RecordBatch, RecordFormat } from "../../engine/source/source.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import type { Schema } from "../../kernel-as/schema.ts";
import { csvHeader, csvRow, jsonMessage, schemas } from "../fixtures/messages.ts";
import { random } from "../fixtures/random.ts";
import { mutate } from "./mutate.ts";

/** Records of a batch. */
const RECORDS = 100;

export interface DecodeReport {
  readonly taken: number;
  readonly rejected: number;
}

/**
 * Decodes `runs` messages, sound ones and mutations of such, in batches of RECORDS, by the kernel and by the oracle: every column must have the same bits, every dead letter the same
 * words. Throws with the seed of the batch otherwise: `fuzzDecode(kernel, 1, seed)` does that one again.
 */
export function fuzzDecode(kernel: Kernel, runs: number, firstSeed: number, onRun: (run: number) => void = () => {}): DecodeReport {
  let [taken, rejected] = [0, 0];
  for (let batch = 0; batch * RECORDS < runs; batch++) {
    const seed = firstSeed + batch;
    const { schema, format, records } = randomRecords(seed);
    try {
      const expected = new ReferenceDecoder(schema, format).decode(records);
      using decoder = new Decoder(kernel, schema, format);
      // the second time keys are expected in the order of the first
      for (let time = 0; time < 2; time++) {
        const found = decoder.decode(records);
        mustEqual(found, expected);
        if (time > 0) continue;
        taken += found.batch.count;
        rejected += found.deadLetters.length;
      }
    } catch (cause) {
      throw new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
    for (let i = 0; i < RECORDS; i++) onRun(batch * RECORDS + i);
  }
  return { taken, rejected };
}

/** A batch of messages of one of the schemas. */
export function randomRecords(seed: number): { schema: Schema; format: RecordFormat; records: RecordBatch } {
  const next = random(seed * 2_654_435_761);
  const schema = schemas[seed % schemas.length]!;
  const format: RecordFormat = next() < 0.3 ? { kind: "csv", header: csvHeader(next, schema) } : { kind: "json" };
  const builder = new RecordBatchBuilder("topic", seed % 3);
  const encoder = new TextEncoder();
  for (let record = 0; record < RECORDS; record++) {
    const text = format.kind === "csv" ? csvRow(next, schema, format.header) : jsonMessage(next, schema);
    const bytes = encoder.encode(text);
    const key = next() < 0.5 ? null : encoder.encode(["k1", "k2", "", "schlüssel", "k".repeat(300)][Math.floor(next() * 5)]);
    if (key && key.length > 0 && next() < 0.05) key[0] = 0xff;
    const appendTimeMs = next() < 0.5 ? NaN : Math.floor((next() < 0.1 ? next() : 1) * 2e12);
    builder.add(record, appendTimeMs, key, next() < 0.3 && bytes.length > 0 ? mutate(bytes, next) : bytes);
  }
  return { schema, format, records: builder.take() };
}

type Decoded = { readonly batch: Batch; readonly deadLetters: readonly DeadLetter[] };

/** Throws where two decoders differ. */
export function mustEqual(found: Decoded, expected: Decoded): void {
  const rows = ({ batch }: Decoded) => ({
    offset: batch.offsets,
    "append time": batch.appendTimesMs,
    "event time": batch.timesMs,
    label: batch.labels,
    ...Object.fromEntries(batch.columns.map((column, i) => [`field ${i}`, column])),
    sensor: Array.from(batch.sensors, (number) => batch.names.of(number)),
  });
  const letters = ({ deadLetters }: Decoded) => deadLetters.map(({ value, ...rest }) => JSON.stringify({ ...rest, value: Array.from(value) }));
  const [ours, theirs] = [rows(found), rows(expected)];
  const offsets = { found: new Set(found.batch.offsets), expected: new Set(expected.batch.offsets) };
  for (const offset of offsets.found) if (!offsets.expected.has(offset)) throw new Error(`record ${offset} was taken, the oracle rejects it`);
  for (const offset of offsets.expected) if (!offsets.found.has(offset)) throw new Error(`record ${offset} was rejected, the oracle takes it`);
  for (const [name, column] of Object.entries(theirs)) {
    const other = ours[name as keyof typeof ours];
    for (let row = 0; row < expected.batch.count; row++) {
      if (!Object.is(column[row], other[row])) throw new Error(`record ${expected.batch.offsets[row]} has ${name} ${other[row]}, the oracle says ${column[row]}`);
    }
  }
  const [our, their] = [letters(found), letters(expected)];
  if (our.length !== their.length || our.some((letter, i) => letter !== their[i])) throw new Error("the dead letters are not the oracle's");
}
