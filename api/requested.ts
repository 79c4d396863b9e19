import { Decoder } from "../engine/decode/decoder.ts";
import type { Batch } from "../engine/batch.ts";
import { JsonArrays } from "../kernel-as/host/json-array.ts";
import type { Kernel } from "../kernel-as/host/kernel.ts";
import type { Schema } from "../kernel-as/schema.ts";
import { isBlank } from "./blank.ts";
import { listOf, parsed } from "./body.ts";
import type { FieldError } from "./contract.ts";
import { refusalOfErrors, type Refusal } from "./problem.ts";
import type { Lines } from "./line-pieces.ts";
import { ReadingRow } from "./reading-row.ts";
import { ReadingReader, type Reading } from "./readings.ts";
import { NO_PARTITION, readingsBatch } from "./score.ts";

/** Readings that a request asks about. */
export interface Requested {
  /** Whether they came in an array. */
  readonly isMany: boolean;
  /** Good and bad ones. */
  readonly count: number;
  /** The good ones, in their order; valid until the next request is read. */
  readonly batch: Batch;
  /** What is wrong with the others, by their places. */
  readonly failures: ReadonlyMap<number, readonly FieldError[]>;
}

/** Bytes of JSON's brackets. */
const [OBJECT, OBJECT_END, ARRAY, ARRAY_END] = Buffer.from("{}[]") as unknown as [number, number, number, number];

/** `"data"` */
const DATA_KEY = Buffer.from('"data"');
const COLON = 0x3a;

const nothing = new Uint8Array(0);

/**
 * Reads the readings of requests: an object, an array, or an array under `data`. The kernel takes arrays that are right as they are, bytes to columns; whatever it leaves, what is wrong, and single readings, for which it would cost more, are judged by
 * {@link ReadingReader}, which names all errors at once. Both give the same values.
 */
export class RequestReader implements Disposable {
  readonly #schema: Schema;
  readonly #reader: ReadingReader;
  readonly #open = new DisposableStack();
  readonly #decoder: Decoder;
  readonly #arrays: JsonArrays;
  readonly #row: ReadingRow;

  constructor(kernel: Kernel, schema: Schema) {
    this.#schema = schema;
    this.#reader = new ReadingReader(schema);
    this.#decoder = this.#open.use(new Decoder(kernel, schema, { kind: "json" }, { maxAheadMs: Infinity }));
    this.#arrays = this.#open.use(new JsonArrays(kernel));
    this.#row = this.#open.use(new ReadingRow(kernel, schema.fields.length));
  }

  /** `nowMs` is the time of readings that bring none. */
  read(body: Uint8Array, { most, nowMs }: { most: number; nowMs: number }): Requested | { readonly refusal: Refusal } {
    return this.#decoded(body, most, nowMs) ?? this.#judged(body, most, nowMs);
  }

  /** Reads lines of readings. Every one is either good or has its failure, so that none may be good at all. */
  readLines(lines: Lines, nowMs: number): Requested {
    return this.#decode(lines, nowMs) ?? this.#judgedLines(lines, nowMs);
  }

  #judgedLines({ values, bounds }: Lines, nowMs: number): Requested {
    const judge = (index: number) => {
      const json = parsed(values.subarray(bounds[index], bounds[index + 1]));
      return "refusal" in json ? { errors: [{ pointer: "", code: json.refusal.code, detail: json.refusal.detail }] } : this.#reader.read(json.value, "", nowMs);
    };
    return this.#gather(Array.from({ length: bounds.length - 1 }, (_, index) => judge(index)));
  }

  #gather(read: readonly (Reading | { errors: FieldError[] })[]): Requested {
    const readings: Reading[] = [];
    const failures = new Map<number, readonly FieldError[]>();
    for (const [index, each] of read.entries()) {
      if ("errors" in each) failures.set(index, each.errors);
      else readings.push(each);
    }
    return { isMany: true, count: read.length, batch: readingsBatch(this.#schema.fields.length, readings), failures };
  }

  #decoded(body: Uint8Array, most: number, nowMs: number): Requested | null {
    const text = trimmed(body);
    const array = text[0] === ARRAY ? text : text[0] === OBJECT ? arrayUnderData(text) : null;
    const elements = array && this.#arrays.split(array, most);
    return elements && elements.bounds.length > 1 ? this.#decode(elements, nowMs) : null;
  }

  /** Null unless every one of them is good. */
  #decode(lines: Lines, nowMs: number): Requested | null {
    const count = lines.bounds.length - 1;
    const { batch, deadLetters } = this.#decoder.decode({
      topic: "",
      partition: NO_PARTITION,
      count,
      offsets: new Float64Array(count),
      appendTimesMs: new Float64Array(count).fill(nowMs),
      keys: nothing,
      keyBounds: new Uint32Array(count + 1),
      get values() {
        return lines.values;
      },
      get bounds() {
        return lines.bounds;
      },
    });
    // names stay until the next request
    for (const number of new Set(batch.sensors)) this.#decoder.sensors.forget(number);
    return deadLetters.length > 0 ? null : { isMany: true, count, batch, failures: none };
  }

  #judged(body: Uint8Array, most: number, nowMs: number): Requested | { readonly refusal: Refusal } {
    const json = parsed(body);
    if ("refusal" in json) return json;
    const list = listOf(json.value);
    if (!list) return this.#judgedOne(json.value, nowMs);
    const given = list.readings;
    const refusal = refusalOfCount(given.length, most);
    if (refusal) return { refusal };
    const requested = this.#gather(given.map((each, index) => this.#reader.read(each, `${list.pointer}/${index}`, nowMs)));
    if (requested.failures.size < given.length) return requested;
    return { refusal: { ...refusalOfErrors([...requested.failures.values()].flat()), status: 422 } };
  }

  #judgedOne(value: unknown, nowMs: number): Requested | { readonly refusal: Refusal } {
    const reading = this.#reader.read(value, "", nowMs);
    return "errors" in reading ? { refusal: refusalOfErrors(reading.errors) } : { isMany: false, count: 1, batch: this.#row.take(reading), failures: none };
  }

  [Symbol.dispose](): void {
    this.#open[Symbol.dispose]();
  }
}

const none: ReadonlyMap<number, readonly FieldError[]> = new Map();

/** Null for a number of readings that one request may have. */
export function refusalOfCount(count: number, most: number): Refusal | null {
  if (count === 0) return { code: "MGV_JSON", detail: "No data provided: the array holds no reading." };
  if (count <= most) return null;
  return { code: "MGV_HTTP_BODY", status: 413, detail: `${count} readings are too many for one request. Send at most ${most} at a time; POST /predict/batch takes any number of them, a reading a line (application/x-ndjson).` };
}

function trimmed(body: Uint8Array): Uint8Array {
  const start = past(body, 0);
  let end = body.length;
  while (end > start && isBlank(body[end - 1])) end--;
  return body.subarray(start, end);
}

/** The array of an object that begins with it and may have nothing else. */
function arrayUnderData(object: Uint8Array): Uint8Array | null {
  let at = past(object, 1);
  for (const byte of DATA_KEY) if (object[at++] !== byte) return null;
  at = past(object, at);
  if (object[at] !== COLON || object.at(-1) !== OBJECT_END) return null;
  const array = trimmed(object.subarray(at + 1, -1));
  return array[0] === ARRAY && array.at(-1) === ARRAY_END ? array : null;
}

/** Where the blanks that begin at a place end. */
function past(text: Uint8Array, at: number): number {
  while (isBlank(text[at])) at++;
  return at;
}
