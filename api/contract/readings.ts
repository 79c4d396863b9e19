import { z } from "@hono/zod-openapi";
import { LARGEST_VALUE, type Field, type Schema } from "../../kernel-as/schema.ts";
import { code } from "./values.ts";

const refusedLineSchema = z
  .object({ line: z.int().openapi({ description: "Which line of the body, or which reading of the array, from 1 on." }), code, reason: z.string() })
  .openapi("RefusedReading");

export const acceptedSchema = z
  .object({ accepted: z.int().openapi({ description: "Readings that every in-sync replica of the topic has." }), topic: z.string(), refused: z.array(refusedLineSchema) })
  .openapi("Accepted");

export type Accepted = z.infer<typeof acceptedSchema>;
export type RefusedLine = z.infer<typeof refusedLineSchema>;

/** One reading as a message of the pipeline's topic spells it. */
function readingSchema(schema: Schema) {
  const [timeKey, ...otherTimeKeys] = schema.time.keys;
  const time = z.union([z.number(), z.string()]).nullish();
  const otherTime = z.unknown().optional().openapi({ description: `The same, where there is no \`${timeKey}\`.` });
  return z
    .looseObject({
      ...Object.fromEntries(schema.fields.map((field) => [field.name, valueSchema(field)])),
      ...Object.fromEntries(otherTimeKeys.map((key) => [key, otherTime])),
      [timeKey!]: time,
    })
    .openapi("Reading");
}

/** A request with one reading or more, each as a message of the pipeline's topic spells it. */
export function requestSchema(schema: Schema, { name, maxReadings, isList = false }: { name: string; maxReadings: number; isList?: boolean }) {
  const reading = readingSchema(schema);
  const readings = z.array(reading).min(1).max(maxReadings);
  const lists = [readings, z.object({ data: readings })] as const;
  return (isList ? z.union(lists) : z.union([reading, ...lists])).openapi(name);
}

function valueSchema(field: Field): z.ZodType {
  let number = z.number();
  if (field.min > -LARGEST_VALUE) number = number.min(field.min);
  if (field.max < LARGEST_VALUE) number = number.max(field.max);
  const unit = field.unit === "" ? "" : `In ${field.unit}. `;
  const aliases = field.aliases.length === 0 ? "" : `Also read as ${field.aliases.map((name) => `\`${name}\``).join(", ")}.`;
  const value = (field.missing === "never" ? number : number.nullable()).openapi({ description: `${unit}${aliases}`.trim() });
  return field.missing === "absent" ? value.optional() : value;
}
