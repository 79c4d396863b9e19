import { MangroveError } from "../kernel-as/errors.ts";
import { spellings, type Field, type Schema } from "../kernel-as/schema.ts";
import { sensorNamed } from "../engine/decode/reference.ts";
import { objectRow } from "../engine/decode/rows.ts";
import { eventTime, fieldValue, labelValue, type Problem } from "../engine/decode/value.ts";
import type { FieldError } from "./contract.ts";
import { pointerOf } from "./json-pointer.ts";
import { nearest } from "../kernel-as/nearest.ts";

/** Unknown keys of a reading that are compared with missing fields; the rest is ignored unseen. */
const MAX_UNKNOWN_KEYS = 40;

/** A longer key is no misspelt name. */
const MAX_KEY_LENGTH = 100;

/** A valid reading of a request. */
export interface Reading {
  readonly timeMs: number;
  /** One for each field of the schema; NaN is missing. */
  readonly values: readonly number[];
  /** What it says is its sensor; null where it says nothing. */
  readonly sensor?: string | null;
}

/** Reads parsed JSON as the stream reads its messages, but names everything that is wrong at once. */
export class ReadingReader {
  readonly #schema: Schema;
  readonly #fieldKeys: readonly (readonly string[])[];
  readonly #known: ReadonlySet<string>;

  constructor(schema: Schema) {
    this.#schema = schema;
    this.#fieldKeys = schema.fields.map(spellings);
    this.#known = new Set([...this.#fieldKeys.flat(), ...schema.time.keys, ...schema.sensorKeys, schema.label]);
  }

  /** `pointer` says where in the request body the reading is; `nowMs` is its time if it brings none. */
  read(message: unknown, pointer: string, nowMs: number): Reading | { errors: FieldError[] } {
    const opened = this.#open(message);
    if (opened instanceof MangroveError) return { errors: [{ pointer, code: opened.code, detail: opened.message }] };
    const { row, object } = opened;
    const errors: FieldError[] = [];
    let unknown: readonly string[] | undefined;
    const check = (value: number | Problem, keys: readonly string[], field?: Field): number => {
      if (typeof value === "number") return value;
      const key = keys.find((each) => Object.hasOwn(object, each));
      const hint = key === undefined && field ? hintFor(field, (unknown ??= this.#unknownKeys(object))) : "";
      errors.push({ pointer: pointer + pointerOf([key ?? value.field]), code: value.code, detail: value.detail + hint });
      return NaN;
    };
    const values = this.#schema.fields.map((field, index) =>
      check(fieldValue(field, row.field(index)), this.#fieldKeys[index]!, field),
    );
    const timeMs = check(eventTime(this.#schema, row.time(), nowMs), this.#schema.time.keys);
    check(labelValue(this.#schema, row.label()), [this.#schema.label]);
    return errors.length > 0 ? { errors } : { timeMs, values, sensor: sensorNamed(row.sensor()) };
  }

  #open(message: unknown) {
    try {
      return { row: objectRow(this.#schema, this.#fieldKeys, message), object: message as Record<string, unknown> };
    } catch (thrown) {
      return MangroveError.from(thrown);
    }
  }

  #unknownKeys(object: Record<string, unknown>): string[] {
    return Object.keys(object).filter((key) => key.length <= MAX_KEY_LENGTH && !this.#known.has(key)).slice(0, MAX_UNKNOWN_KEYS);
  }
}

/** For a field that is not there: the key that may have been meant for it. */
function hintFor(field: Field, unknown: readonly string[]): string {
  const meant = spellings(field).map((name) => nearest(name, unknown)).find((key) => key !== undefined);
  return meant === undefined ? "" : `; did you mean "${field.name}" where the reading has "${meant}"?`;
}
