import { MangroveError } from "../../kernel-as/errors.ts";
import type { Schema } from "../../kernel-as/schema.ts";
import type { Batch, DeadLetter } from "../batch.ts";
import type { RecordBatch, RecordFormat } from "../source/source.ts";
import { rowOpener, type OpenRow, type Row } from "./rows.ts";
import { eventTime, fieldValue, labelValue, type Problem } from "./value.ts";

/** A reading may be this far ahead of the time at which the broker took it in. */
const MAX_AHEAD_MS = 300_000;

/** A sensor's name goes into every output of its readings. */
const MAX_SENSOR_NAME = 255;

export interface Decoded {
  readonly batch: Batch;
  readonly deadLetters: readonly DeadLetter[];
}

/** Reads records into columns. A record that cannot be read becomes a dead letter and touches no other. */
export class Decoder {
  readonly #schema: Schema;
  readonly #open: OpenRow;
  readonly #text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #values: Float64Array;

  constructor(schema: Schema, format: RecordFormat) {
    this.#schema = schema;
    this.#open = rowOpener(schema, format);
    this.#values = new Float64Array(schema.fields.length);
  }

  decode(records: RecordBatch): Decoded {
    const { count, offsets, appendTimesMs, keys, values, bounds } = records;
    const columns = this.#schema.fields.map(() => new Float64Array(count));
    const timesMs = new Float64Array(count);
    const labels = new Float64Array(count);
    const sensors: string[] = [];
    const kept: number[] = [];
    const deadLetters: DeadLetter[] = [];
    const textOf = this.#texts(values, bounds);

    for (let record = 0; record < count; record++) {
      try {
        const row = this.#open(textOf(record));
        const to = kept.length;
        this.#fields(row);
        timesMs[to] = this.#time(row, appendTimesMs[record]!);
        labels[to] = valid(labelValue(this.#schema, row.label()));
        const sensor = sensorName(keys[record]!, row.sensor(), records.partition);
        for (let field = 0; field < columns.length; field++) columns[field]![to] = this.#values[field]!;
        sensors.push(sensor);
        kept.push(record);
      } catch (thrown) {
        const { code, message } = MangroveError.from(thrown);
        deadLetters.push({
          topic: records.topic,
          partition: records.partition,
          offset: offsets[record]!,
          key: keys[record]!,
          code,
          reason: message,
          value: values.slice(bounds[record], bounds[record + 1]),
        });
      }
    }

    const all = kept.length === count;
    const pick = (column: Float64Array) => (all ? column : Float64Array.from(kept, (record) => column[record]!));
    return {
      batch: {
        topic: records.topic,
        partition: records.partition,
        count: kept.length,
        offsets: pick(offsets),
        appendTimesMs: pick(appendTimesMs),
        timesMs: timesMs.subarray(0, kept.length),
        sensors,
        columns: columns.map((column) => column.subarray(0, kept.length)),
        labels: labels.subarray(0, kept.length),
      },
      deadLetters,
    };
  }

  /** The text of each record: slices of one string where all bytes are ASCII, else decoded one by one. */
  #texts(values: Uint8Array, bounds: Uint32Array): (record: number) => string {
    const whole = values.subarray(bounds[0], bounds.at(-1));
    if (whole.every((byte) => byte < 128)) {
      const text = this.#text.decode(whole);
      return (record) => text.slice(bounds[record]! - bounds[0]!, bounds[record + 1]! - bounds[0]!);
    }
    return (record) => {
      try {
        return this.#text.decode(values.subarray(bounds[record], bounds[record + 1]));
      } catch (cause) {
        throw new MangroveError("MGV_JSON", "not UTF-8", { cause });
      }
    };
  }

  #fields(row: Row): void {
    this.#schema.fields.forEach((field, index) => {
      this.#values[index] = valid(fieldValue(field, row.field(index)));
    });
  }

  #time(row: Row, appendTimeMs: number): number {
    const timeMs = valid(eventTime(this.#schema, row.time(), appendTimeMs));
    if (timeMs > appendTimeMs + MAX_AHEAD_MS) {
      const aheadS = Math.round((timeMs - appendTimeMs) / 1000);
      throw new MangroveError("MGV_TIME_AHEAD", `the event time is ${aheadS} s ahead of the broker's clock`);
    }
    return timeMs;
  }
}

function valid(value: number | Problem): number {
  if (typeof value === "number") return value;
  throw new MangroveError(value.code, value.detail);
}

/** The record key, else what the message names, else the partition. */
function sensorName(key: string | null, named: unknown, partition: number): string {
  let name = key ?? "";
  if (name === "" && (typeof named === "string" || typeof named === "number")) name = String(named);
  if (name.length > MAX_SENSOR_NAME) {
    throw new MangroveError("MGV_FIELD_RANGE", `the sensor's name has ${name.length} characters; ${MAX_SENSOR_NAME} are the most`);
  }
  return name === "" ? `partition-${partition}` : name;
}
