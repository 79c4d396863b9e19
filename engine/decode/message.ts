import type { Schema } from "../../kernel-as/schema.ts";
import type { RecordFormat } from "../source/source.ts";
import { sensorNamed } from "./reference.ts";
import { rowOpener } from "./rows.ts";

/** A reading as a record of its topic: under its sensor, null where none is named, and as JSON. */
export interface Message {
  readonly key: string | null;
  readonly value: string;
}

/** `key` is that of the record, which counts before what the text names. */
export type WriteMessage = (text: string, key?: string | null) => Message;

/**
 * How to make messages of the records of a format. JSON stays as it is, also where it cannot be read; rows of a CSV become objects of what the schema knows, and mean the same. Throws `MGV_CSV_COLUMN` at once, and
 * `MGV_CSV_ROW` for a row with the wrong number of cells.
 */
export function messageWriter(schema: Schema, format: RecordFormat): WriteMessage {
  const open = rowOpener(schema, format);
  if (format.kind === "json") {
    const sensorOf = (text: string) => {
      try {
        return sensorNamed(open(text).sensor());
      } catch {
        return null;
      }
    };
    return (value, key = null) => ({ key: key ?? sensorOf(value), value });
  }
  const [sensorKey] = schema.sensorKeys;
  return (text, given = null) => {
    const row = open(text);
    const key = given ?? sensorNamed(row.sensor());
    const fields = schema.fields.map((field, index) => [field.name, row.field(index)] as const);
    const others = [[schema.time.keys[0]!, row.time()], ...(key === null || sensorKey === undefined ? [] : [[sensorKey, key]]), [schema.label, row.label()]] as const;
    return { key, value: jsonOf(Object.fromEntries([...others, ...fields])) };
  };
}

/** As JSON.stringify; numbers that JSON has no word for become text, which no field takes, where they would become null. Throws `RangeError` for what is nested too deeply. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === "number" && !Number.isFinite(each) ? String(each) : each));
}
