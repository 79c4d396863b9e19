import { createHash } from "node:crypto";
import type { TrainedOn } from "../kernel-as/model/card.ts";
import type { Schema } from "../kernel-as/schema.ts";
import type { LabelledBatch } from "./dataset.ts";

/** What a card says of readings. */
export type TrainedOnReadings = Extract<TrainedOn, { kind: "readings" }>;

/** The bits of NaN, which engines are free to choose, as they are hashed. */
const NAN_HIGH = 0x7ff80000;

/** Stands for a reading that has no label. */
const NO_LABEL = 255;

/**
 * SHA-256 of readings as they are learned, in their order, whatever they were read from and however they were cut into batches.
 *
 *     names of the fields, as JSON
 *     each reading, little-endian:  sensor u32 │ time f64 │ label u8 │ fields f64…     sensors are numbered as they appear
 *     names of the sensors, as JSON
 */
export class ReadingsHash {
  readonly #hash = createHash("sha256");
  readonly #fields: number;
  /** By name. */
  readonly #sensors = new Map<string, number>();
  #count = 0;
  #firstMs = Infinity;
  #lastMs = -Infinity;

  constructor({ fields }: Schema) {
    this.#fields = fields.length;
    this.#hash.update(JSON.stringify(fields.map(({ name }) => name)));
  }

  add({ count, sensors, names, timesMs, labels, columns }: LabelledBatch): void {
    const bytes = 13 + 8 * this.#fields;
    const rows = new DataView(new ArrayBuffer(count * bytes));
    const numbers = new Map<number, number>();
    for (let row = 0; row < count; row++) {
      let number = numbers.get(sensors[row]!);
      if (number === undefined) numbers.set(sensors[row]!, (number = this.#numberOf(names.of(sensors[row]!))));
      const timeMs = timesMs[row]!;
      this.#firstMs = Math.min(this.#firstMs, timeMs);
      this.#lastMs = Math.max(this.#lastMs, timeMs);
      let at = row * bytes;
      rows.setUint32(at, number, true);
      rows.setFloat64(at + 4, timeMs, true);
      rows.setUint8(at + 12, Number.isNaN(labels[row]) ? NO_LABEL : labels[row]!);
      at += 13;
      for (const column of columns) {
        const value = column[row]!;
        if (Number.isNaN(value)) rows.setUint32(at + 4, NAN_HIGH, true);
        else rows.setFloat64(at, value, true);
        at += 8;
      }
    }
    this.#count += count;
    this.#hash.update(new Uint8Array(rows.buffer));
  }

  /** Once, when all readings were added. */
  end(): TrainedOnReadings {
    this.#hash.update(JSON.stringify([...this.#sensors.keys()]));
    return { kind: "readings", count: this.#count, firstMs: this.#firstMs, lastMs: this.#lastMs, sha256: this.#hash.digest("hex") };
  }

  #numberOf(name: string): number {
    let number = this.#sensors.get(name);
    if (number === undefined) this.#sensors.set(name, (number = this.#sensors.size));
    return number;
  }
}
