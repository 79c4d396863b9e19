import { spellings, type Schema } from "../../kernel-as/schema.ts";
import type { RecordFormat } from "../source/source.ts";
import { sensorNamed } from "./reference.ts";
import { rowOpener } from "./rows.ts";

/** A reading as a record of its topic: under the sensor that it names, null where it names none, and as JSON. */
export interface Message {
  readonly key: string | null;
  readonly value: string;
}

/**
 * How to make messages of the records of a format. JSON stays as it is, also where it cannot be read; rows of a CSV become objects of what the schema knows, and mean the same. Throws `MGV_CSV_COLUMN` at once, and
 * `MGV_CSV_ROW` for a row with the wrong number of cells.
 */
export function messageWriter(schema: Schema, format: RecordFormat): (text: string) => Message {
  const open = rowOpener(schema, format);
  if (format.kind === "json") {
    return (value) => {
      try {
        return { key: sensorNamed(open(value).sensor()), value };
      } catch {
        return { key: null, value };
      }
    };
  }
  return (text) => {
    const row = open(text);
    const key = sensorNamed(row.sensor());
    const fields = schema.fields.map((field, index) => [spellings(field)[0]!, row.field(index)] as const);
    const others = [[schema.time.keys[0]!, row.time()], ...(key === null ? [] : [[schema.sensorKeys[0]!, key]]), [schema.label, row.label()]] as const;
    return { key, value: jsonOf(Object.fromEntries([...fields, ...others])) };
  };
}

/** As JSON.stringify; numbers that JSON has no word for become text, which no field takes, where they would become null. Throws `RangeError` for what is nested too deeply. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === "number" && !Number.isFinite(each) ? String(each) : each));
}
