import { MangroveError } from "../../kernel-as/errors.ts";
import { spellings, type Schema } from "../../kernel-as/schema.ts";
import type { RecordFormat } from "../source/source.ts";
import { splitCsv } from "./csv.ts";

/** One message, opened: what it holds under the first of some keys that it has, `undefined` if none. */
export interface Row {
  field(index: number): unknown;
  time(): unknown;
  sensor(): unknown;
  label(): unknown;
}

/** Opens the text of a record. Throws `MGV_JSON` or `MGV_CSV_ROW` when it cannot be read at all. */
export type OpenRow = (text: string) => Row;

/** How to open the records of a format. Throws `MGV_CSV_COLUMN` when a CSV lacks a column that the schema needs. */
export function rowOpener(schema: Schema, format: RecordFormat): OpenRow {
  return format.kind === "json" ? jsonOpener(schema) : csvOpener(schema, format.header);
}

function jsonOpener(schema: Schema): OpenRow {
  const fieldKeys = schema.fields.map(spellings);
  return (text) => {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch (cause) {
      // what exactly is wrong every runtime says in other words, and outputs are to be the same on all
      throw new MangroveError("MGV_JSON", "not JSON", { cause });
    }
    return objectRow(schema, fieldKeys, message);
  };
}

/** The row of an object that has been parsed elsewhere. Throws `MGV_JSON` unless it is an object. */
export function objectRow(schema: Schema, fieldKeys: readonly (readonly string[])[], message: unknown): Row {
  if (typeof message !== "object" || message === null || Array.isArray(message)) {
    throw new MangroveError("MGV_JSON", "a reading must be a JSON object");
  }
  const object = message as Record<string, unknown>;
  const first = (keys: readonly string[]) => {
    for (const key of keys) {
      const value = object[key];
      if (value !== undefined && Object.hasOwn(object, key)) return value;
    }
    return undefined;
  };
  return {
    field: (index) => first(fieldKeys[index]!),
    time: () => first(schema.time.keys),
    sensor: () => first(schema.sensorKeys),
    label: () => object[schema.label],
  };
}

function csvOpener(schema: Schema, header: readonly string[]): OpenRow {
  const position = (keys: readonly string[]) => keys.map((key) => header.indexOf(key)).find((at) => at !== -1) ?? -1;
  const fields = schema.fields.map((field) => position(spellings(field)));
  const lacking = schema.fields.filter((field, index) => fields[index] === -1 && field.missing !== "absent");
  if (lacking.length > 0) {
    throw new MangroveError(
      "MGV_CSV_COLUMN",
      `The CSV has no column ${lacking.map((field) => JSON.stringify(field.name)).join(", ")}. Its columns are ${header.map((name) => JSON.stringify(name)).join(", ")}.`,
    );
  }
  const time = position(schema.time.keys);
  const sensor = position(schema.sensorKeys);
  const label = position([schema.label]);
  return (text) => {
    const cells = splitCsv(text);
    if (cells.length !== header.length) {
      throw new MangroveError("MGV_CSV_ROW", `the row has ${cells.length} cells, the header ${header.length}`);
    }
    const value = (at: number) => (at === -1 ? undefined : cellValue(cells[at]!));
    return {
      field: (index) => value(fields[index]!),
      time: () => value(time),
      sensor: () => (sensor === -1 ? undefined : cells[sensor]),
      label: () => value(label),
    };
  };
}

/** A number if the cell is one, null if it is empty, else its text. */
export function cellValue(cell: string): number | string | null {
  if (cell === "") return null;
  const number = Number(cell);
  return Number.isNaN(number) || cell.trim() === "" ? cell : number;
}
