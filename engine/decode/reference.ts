import { MangroveError } from "../../kernel-as/errors.ts";
import type { Schema } from "../../kernel-as/schema.ts";
import type { Batch, DeadLetter } from "../batch.ts";
import { keyOf } from "../source/record-batch.ts";
import type { RecordBatch, RecordFormat } from "../source/source.ts";
import { rowOpener, type OpenRow } from "./rows.ts";
import { eventTime, fieldValue, labelValue, type Problem } from "./value.ts";

/** A reading may be this far ahead of the time at which the broker took it in, unless a pipeline says otherwise. */
export const MAX_AHEAD_MS = 300_000;

/** A sensor's name goes into every output of its readings. In UTF-16 units. */
const MAX_SENSOR_NAME = 255;

/** What a record holds. */
export interface Reading {
  /** One for each field of the schema; NaN is missing. */
  readonly values: readonly number[];
  readonly timeMs: number;
  readonly label: number;
  readonly sensor: string;
}

/** The oracle of decoding: one record after another, by `JSON.parse` and `Number`. The kernel must give the same, or leave the record to it. */
export class ReferenceDecoder {
  readonly #schema: Schema;
  readonly #open: OpenRow;
  readonly #maxAheadMs: number;
  readonly #text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  /** Throws `MGV_CSV_COLUMN` when a CSV lacks a column that the schema needs. */
  constructor(schema: Schema, format: RecordFormat, options: { maxAheadMs?: number } = {}) {
    this.#schema = schema;
    this.#maxAheadMs = options.maxAheadMs ?? MAX_AHEAD_MS;
    this.#open = rowOpener(schema, format);
  }

  /** Throws what is wrong with the record. */
  read(records: RecordBatch, record: number): Reading {
    const row = this.#open(this.#textOf(records, record));
    const values = this.#schema.fields.map((field, index) => valid(fieldValue(field, row.field(index))));
    const appendTimeMs = records.appendTimesMs[record]!;
    const timeMs = valid(eventTime(this.#schema, row.time(), appendTimeMs));
    if (timeMs > appendTimeMs + this.#maxAheadMs) {
      const aheadS = Math.round((timeMs - appendTimeMs) / 1000);
      throw new MangroveError("MGV_TIME_AHEAD", `the event time is ${aheadS} s ahead of the broker's clock`);
    }
    const label = valid(labelValue(this.#schema, row.label()));
    return { values, timeMs, label, sensor: sensorName(keyOf(records, record), row.sensor(), records.partition) };
  }

  /** All of it, in memory of its own. */
  decode(records: RecordBatch): { batch: Batch; deadLetters: DeadLetter[] } {
    const kept: { record: number; reading: Reading }[] = [];
    const deadLetters: DeadLetter[] = [];
    for (let record = 0; record < records.count; record++) {
      try {
        kept.push({ record, reading: this.read(records, record) });
      } catch (thrown) {
        deadLetters.push(deadLetter(records, record, thrown));
      }
    }
    const names = [...new Set(kept.map(({ reading }) => reading.sensor))];
    const numbers = new Map(names.map((name, number) => [name, number]));
    const batch: Batch = {
      topic: records.topic,
      partition: records.partition,
      count: kept.length,
      offsets: Float64Array.from(kept, ({ record }) => records.offsets[record]!),
      appendTimesMs: Float64Array.from(kept, ({ record }) => records.appendTimesMs[record]!),
      timesMs: Float64Array.from(kept, ({ reading }) => reading.timeMs),
      sensors: Uint32Array.from(kept, ({ reading }) => numbers.get(reading.sensor)!),
      names: { of: (number) => names[number]! },
      columns: this.#schema.fields.map((_, field) => Float64Array.from(kept, ({ reading }) => reading.values[field]!)),
      labels: Float64Array.from(kept, ({ reading }) => reading.label),
    };
    return { batch, deadLetters };
  }

  #textOf({ values, bounds }: RecordBatch, record: number): string {
    try {
      return this.#text.decode(values.subarray(bounds[record], bounds[record + 1]));
    } catch (cause) {
      throw new MangroveError("MGV_JSON", "not UTF-8", { cause });
    }
  }
}

/** The record with what was thrown at it. */
export function deadLetter(records: RecordBatch, record: number, thrown: unknown): DeadLetter {
  const { code, message } = MangroveError.from(thrown);
  return {
    topic: records.topic,
    partition: records.partition,
    offset: records.offsets[record]!,
    appendTimeMs: records.appendTimesMs[record]!,
    key: keyOf(records, record),
    headers: records.headersOf?.(record) ?? [],
    code,
    reason: message,
    value: records.values.slice(records.bounds[record], records.bounds[record + 1]),
  };
}

/** What a message says is its sensor; null where that is no name. */
export function sensorNamed(named: unknown): string | null {
  return (typeof named === "string" || typeof named === "number") && named !== "" ? String(named) : null;
}

function valid(value: number | Problem): number {
  if (typeof value === "number") return value;
  throw new MangroveError(value.code, value.detail);
}

/** The record key, else what the message names, else the partition. Surrogates without their other half become U+FFFD, as in every text that leaves the process. */
function sensorName(key: string | null, named: unknown, partition: number): string {
  const name = key || sensorNamed(named) || "";
  if (name.length > MAX_SENSOR_NAME) {
    throw new MangroveError("MGV_FIELD_RANGE", `the sensor's name has ${name.length} characters; ${MAX_SENSOR_NAME} are the most`);
  }
  return name === "" ? `partition-${partition}` : name.toWellFormed();
}
