import { z } from "@hono/zod-openapi";
import { fieldErrorSchema } from "./problem.ts";
import { timestamp } from "./values.ts";

const warningSchema = z.object({ pointer: fieldErrorSchema.shape.pointer, detail: z.string() }).openapi("FieldWarning");

const validation = {
  valid: z.boolean(),
  is_valid: z.boolean(),
  errors: z.array(z.string()).openapi({ description: "Why the reading would be refused." }),
  warnings: z.array(z.string()).openapi({ description: "What is odd about it, though it would be taken." }),
  field_errors: z.array(fieldErrorSchema),
  field_warnings: z.array(warningSchema),
};

export const validationSchema = z.object({ ...validation, timestamp }).openapi("Validation");

export const batchValidationSchema = z
  .object({
    valid: z.boolean().openapi({ description: "Whether all are." }),
    is_valid: z.boolean(),
    results: z.array(z.object({ index: z.int(), ...validation })),
    summary: z.object({ total: z.int(), valid: z.int(), invalid: z.int(), with_warnings: z.int() }),
    timestamp,
  })
  .openapi("BatchValidation");

const fieldTypeSchema = z
  .object({
    type: z.literal("number"),
    unit: z.string(),
    range: z.tuple([z.number().nullable(), z.number().nullable()]).openapi({ type: "array", items: { type: ["number", "null"] }, minItems: 2, maxItems: 2, description: "Least and greatest; null: there is no bound." }),
    aliases: z.array(z.string()).openapi({ description: "Other keys that are read as this field." }),
    required: z.boolean().openapi({ description: "Whether the key must be there." }),
    nullable: z.boolean(),
    feature: z.boolean().openapi({ description: "Whether the model may see it." }),
  })
  .openapi("FieldType");

export const sensorSchema = z
  .object({
    pipeline: z.string(),
    required_fields: z.array(z.string()),
    optional_fields: z.array(z.string()),
    field_types: z.record(z.string(), fieldTypeSchema),
    validation_rules: z.object({
      all_fields_required: z.boolean(),
      numeric_values_only: z.boolean(),
      range_validation: z.boolean(),
      null_values_allowed: z.boolean(),
    }),
    time: z.object({ keys: z.array(z.string()), unit: z.enum(["s", "ms"]) }).openapi({ description: "Keys that may hold the event time: epoch seconds or milliseconds, or ISO 8601 with a zone." }),
    sensor_keys: z.array(z.string()),
    label: z.string(),
  })
  .openapi("SensorSchema");

const namelessSchema = z.object(validation);

export type Validation = z.infer<typeof namelessSchema>;
export type ValidationAnswer = z.infer<typeof validationSchema>;
export type BatchValidation = z.infer<typeof batchValidationSchema>;
export type FieldWarning = z.infer<typeof warningSchema>;
export type SensorSchema = z.infer<typeof sensorSchema>;
