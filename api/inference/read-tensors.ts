import { nearest } from "../../kernel-as/nearest.ts";
import { featureFields, spellings, type Field, type Schema } from "../../kernel-as/schema.ts";
import type { FieldError, InferenceInput } from "../contract.ts";
import { firstKeyOf } from "../json-pointer.ts";
import type { SentRequest } from "./read-request.ts";
import { ReadingReader, type Reading } from "../readings.ts";
import { refusalOfErrors, type Refusal } from "../problem.ts";
import { Refused, refused } from "./refused.ts";
import { valuesOf } from "./tensor-bytes.ts";
import { checkedValues } from "./tensor-values.ts";

const MAX_ROWS = 1_000;

/** Inputs beside the fields: the time, the sensor, and some that are refused by name. */
const MORE_INPUTS = 8;

/** A column of a request: value `row` stands at `first + row * step` of input `input`. */
interface Column {
  readonly key: string;
  readonly input: number;
  readonly values: readonly unknown[];
  readonly first: number;
  readonly step: number;
}

/** The fields that a request must have, in the order of a tensor of all of them. */
export function inputFields(schema: Schema): Field[] {
  const seen = new Set(featureFields(schema));
  return schema.fields.filter((field, index) => seen.has(index) || field.missing !== "absent");
}

/** Reads the tensors of a request as readings, which are checked as those of `/predict` are. */
export class TensorReader {
  /** The elements of all lists of a request of as many readings as it may have, each value in a list of its own. */
  readonly mostValues: number;
  readonly #fields: readonly Field[];
  /** By each spelling the name of what it is a spelling of. */
  readonly #names: ReadonlyMap<string, string>;
  readonly #reader: ReadingReader;

  constructor(schema: Schema) {
    this.mostValues = 2 * MAX_ROWS * (schema.fields.length + MORE_INPUTS);
    this.#fields = inputFields(schema);
    this.#names = new Map([
      ...[...schema.time.keys, ...schema.sensorKeys, schema.label].map((key) => [key, key] as const),
      ...schema.fields.flatMap((field) => spellings(field).map((spelling) => [spelling, field.name] as const)),
    ]);
    this.#reader = new ReadingReader(schema);
  }

  read(sent: SentRequest, nowMs: number): { readings: Reading[] } | { refusal: Refusal } {
    try {
      const columns = this.#columnsOf(sent);
      const rows = rowsOf(columns, sent.request.inputs);
      return this.#readingsOf(columns, rows, nowMs);
    } catch (thrown) {
      if (thrown instanceof Refused) return { refusal: thrown.refusal };
      throw thrown;
    }
  }

  #columnsOf({ request: { inputs }, binary }: SentRequest): Column[] {
    let at = 0;
    const columns = inputs.flatMap((input, index): Column[] => {
      const bytes = input.parameters?.["binary_data_size"];
      const isBinary = Number.isInteger(bytes) && (bytes as number) >= 0 && at + (bytes as number) <= binary.length;
      if (bytes !== undefined && (!isBinary || input.data !== undefined)) throw refused(index, "binary_data_size", `Input ${input.name} has both data and binary_data_size, or the latter is not a number of bytes that follow the JSON.`);
      const sentValues = isBinary ? valuesOf(input.datatype, binary.subarray(at, (at += bytes as number))) : input.data?.flat();
      if (!sentValues) throw refused(index, "data", `Input ${input.name} has no data, or bytes that are not whole values of ${input.datatype}.`);
      const values = checkedValues(input, index, sentValues);
      const name = this.#names.get(input.name);
      if (name !== undefined) return [{ key: name, input: index, values, first: 0, step: 1 }];
      const width = this.#fields.length;
      if (input.shape.length === 2 && input.shape[1] === width) return this.#fields.map((field, first) => ({ key: field.name, input: index, values, first, step: width }));
      const meant = nearest(input.name, this.#names.keys());
      throw refused(index, "name", `No input has the name ${JSON.stringify(input.name)}${meant === undefined ? "" : `; did you mean ${JSON.stringify(meant)}?`} One tensor of all fields has the shape [n, ${width}]: GET /v2/models names them in their order.`);
    });
    if (at < binary.length) throw new Refused({ code: "MGV_HTTP_BODY", detail: `${binary.length - at} bytes follow the JSON that no input says to be its own with binary_data_size.` });
    return columns;
  }

  #readingsOf(columns: readonly Column[], rows: number, nowMs: number): { readings: Reading[] } {
    const readings: Reading[] = [];
    const errors: FieldError[] = [];
    for (let row = 0; row < rows; row++) {
      const message = Object.fromEntries(columns.map(({ key, values, first, step }) => [key, values[first + row * step]]));
      const reading = this.#reader.read(message, "", nowMs);
      if (!("errors" in reading)) readings.push(reading);
      else errors.push(...reading.errors.map((error) => placed(error, columns, row)));
    }
    if (errors.length === 0) return { readings };
    const refusal = refusalOfErrors(errors);
    throw new Refused({ ...refusal, status: 422, detail: `${refusal.detail}. Nothing was scored.` });
  }
}

function rowsOf(columns: readonly Column[], inputs: readonly InferenceInput[]): number {
  const rows = inputs[0]!.shape[0]!;
  const other = inputs.findIndex(({ shape }) => shape[0] !== rows);
  if (other !== -1) throw refused(other, "shape", `Input ${inputs[other]!.name} has ${inputs[other]!.shape[0]} rows, ${inputs[0]!.name} has ${rows}.`);
  const wide = columns.find(({ input, step }) => step === 1 && (inputs[input]!.shape[1] ?? 1) !== 1);
  if (wide) throw refused(wide.input, "shape", `Input ${wide.key} is one value a row: its shape is [n] or [n, 1].`);
  const keys = columns.map(({ key }) => key);
  const twice = columns.find(({ key }, i) => keys.indexOf(key) !== i);
  if (twice) throw refused(twice.input, "name", `Input ${twice.key} is there twice.`);
  if (rows === 0) throw new Refused({ code: "MGV_JSON", detail: "No data provided: the tensors hold no row." });
  if (rows > MAX_ROWS) throw new Refused({ code: "MGV_HTTP_BODY", status: 413, detail: `${rows} readings are too many for one request. Send at most ${MAX_ROWS} at a time.` });
  return rows;
}

/** The error with the place of its value in the request. */
function placed({ pointer, code, detail }: FieldError, columns: readonly Column[], row: number): FieldError {
  const key = firstKeyOf(pointer);
  const column = columns.find((each) => each.key === key);
  return { pointer: column ? `/inputs/${column.input}/data/${column.first + row * column.step}` : "/inputs", code, detail };
}
