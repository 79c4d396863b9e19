import { createRoute } from "@hono/zod-openapi";
import { LARGEST_VALUE, type Field, type Schema } from "../../kernel-as/schema.ts";
import { sensorSchema, type SensorSchema } from "../contract.ts";
import type { Api, AppOptions } from "../options.ts";
import { addRoute, answers } from "./route.ts";

export function sensorRoutes(app: Api, { pipeline: { name, schema } }: AppOptions): void {
  const body = described(name, schema);
  addRoute(app, "read", sensors, (c) => c.json(body, 200));
}

function described(pipeline: string, { fields, time, sensorKeys, label }: Schema): SensorSchema {
  const required = fields.filter(isRequired);
  return {
    pipeline,
    required_fields: required.map((field) => field.name),
    optional_fields: fields.filter((field) => !isRequired(field)).map((field) => field.name),
    field_types: Object.fromEntries(fields.map((field) => [field.name, typeOf(field)])),
    validation_rules: {
      all_fields_required: required.length === fields.length,
      numeric_values_only: true,
      range_validation: fields.some(({ min, max }) => bound(min) !== null || bound(max) !== null),
      null_values_allowed: fields.some(isNullable),
    },
    time: { keys: [...time.keys], unit: time.unit },
    sensor_keys: [...sensorKeys],
    label,
  };
}

function typeOf(field: Field): SensorSchema["field_types"][string] {
  const { unit, min, max, aliases, feature } = field;
  return { type: "number", unit, range: [bound(min), bound(max)], aliases: [...aliases], required: isRequired(field), nullable: isNullable(field), feature };
}

const isRequired = ({ missing }: Field) => missing !== "absent";
const isNullable = ({ missing }: Field) => missing !== "never";
const bound = (value: number) => (Math.abs(value) >= LARGEST_VALUE ? null : value);

const sensors = createRoute({
  method: "get",
  path: "/sensors/schema",
  summary: "The fields of a reading: units, ranges, other spellings, and what may be missing",
  responses: answers(sensorSchema, "The pipeline's schema"),
});
