import { MangroveError } from "../../kernel-as/errors.ts";
import type { Field, Schema } from "../../kernel-as/schema.ts";
import { areNames, isName, isObject } from "./check-step.ts";

const kinds = ["never", "null", "absent"];

/** What the types of a schema ask for, where nobody has looked at them: the runtimes take a pipeline's file as it is. Throws `MGV_USAGE`. */
export function checkSchema(schema: Schema): void {
  const { fields, time, sensorKeys, label }: Partial<Schema> = isObject(schema) ? schema : {};
  if (!Array.isArray(fields) || fields.length === 0) refuse('has no fields: fields: [field("temperature")]');
  fields.forEach(checkField);
  const names = fields.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse(`has two fields that are called ${JSON.stringify(twice)}`);
  if (!areNames(time?.keys)) refuse('does not say which keys hold the event time: time: { keys: ["timestamp"], unit: "s" }, or keys: [] where the record\'s own time is meant');
  if (!["s", "ms"].includes(time.unit)) refuse(`has times in ${JSON.stringify(time.unit)}: the unit must be "s" or "ms"`);
  if (!areNames(sensorKeys)) refuse('does not say which keys name the sensor: sensorKeys: ["sensor_id"], or [] where the record\'s key always does');
  if (!isName(label)) refuse('does not say under which key labelled data has its 0 or 1: label: "label", also where nothing is labelled');
}

function checkField(field: Field): void {
  const { name, aliases, min, max, missing }: Partial<Field> = isObject(field) ? field : {};
  if (!isName(name) || !areNames(aliases)) refuse('has a field without a name: make each by field("temperature", { unit: "C" })');
  const about = `has a field ${JSON.stringify(name)}`;
  if (!(min! <= max!)) refuse(`${about} whose values go from ${min} to ${max}, so that none is let in`);
  if (!kinds.includes(missing!)) refuse(`${about} with missing: ${JSON.stringify(missing)}: it must be ${kinds.map((kind) => JSON.stringify(kind)).join(" or ")}`);
}

function refuse(what: string): never {
  throw new MangroveError("MGV_USAGE", `The schema ${what}.`);
}
