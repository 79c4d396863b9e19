import { z } from "@hono/zod-openapi";
import { errorCodes } from "../kernel-as/errors.ts";
import { LARGEST_VALUE, type Field, type Schema } from "../kernel-as/schema.ts";
import type { Calibration } from "../kernel-as/model/calibration.ts";
import type { TrainedOn } from "../kernel-as/model/card.ts";
import { splitNames } from "../kernel-as/model/split-report.ts";

/*
 * What the API takes and gives, once: the OpenAPI document and the types of the handlers come from here. Readings are
 * checked by engine/decode, as those of the stream are; their schema here only describes them.
 */

const timestamp = z.iso.datetime().openapi({ description: "When the answer was made." });
const code = z.enum(errorCodes).openapi("ErrorCode");
const probability = z.number().min(0).max(1);
const modelVersion = z.string().openapi({ description: "The first 12 digits of the SHA-256 of the model file.", example: "3f1c0a9be27d" });
const trainedOn = z.string().openapi({ description: "`simulated`, or the name and hash of the training file.", example: "simulated" });

const fieldErrorSchema = z
  .object({
    pointer: z.string().openapi({ description: "JSON pointer (RFC 6901) into the request body.", example: "/Temperature[C]" }),
    code,
    detail: z.string(),
  })
  .openapi("FieldError");

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().openapi({ description: "The path that was asked for." }),
    code,
    error: z.string().openapi({ description: "The detail, for clients that look here." }),
    errors: z.array(fieldErrorSchema).optional(),
  })
  .openapi("Problem");

export const healthSchema = z
  .object({
    status: z.enum(["healthy", "degraded"]),
    reasons: z.array(z.string()).openapi({ description: "Why the status is degraded." }),
    timestamp,
    model_loaded: z.boolean(),
    model_path: z.string().openapi({ description: "Name of the model file." }),
    model_version: modelVersion.nullable(),
    uptime_seconds: z.number(),
    version: z.string(),
    guarantee: z.enum(["exactly-once", "at-least-once", "none"]).nullable().openapi({ description: "What the engine of this process promises of its outputs; none: what is in hand is gone when it dies; null: there is no engine." }),
  })
  .openapi("Health");

export const statusSchema = z.object({ status: z.string() }).openapi("Status");

export const indexSchema = z
  .object({
    name: z.string(),
    pipeline: z.string(),
    version: z.string(),
    openapi: z.string(),
    endpoints: z.array(z.object({ method: z.string(), path: z.string(), description: z.string() })),
  })
  .openapi("Index");

const modelBriefSchema = z.object({ algorithm: z.string(), version: modelVersion, trained_on: trainedOn }).openapi("ModelBrief");

const scores = {
  prediction: z.union([z.literal(0), z.literal(1)]),
  prediction_label: z.enum(["no_fire", "fire"]),
  probability: probability.openapi({ description: "Of fire." }),
  calibrated_probability: probability.nullable().openapi({ description: "How often it burned where the model said so, in rows that it had not seen; null where the model has no calibration. The threshold is for `probability`." }),
  confidence: z.object({ no_fire: probability, fire: probability }),
  threshold: probability.openapi({ description: "Probabilities from here on are fire." }),
  model_version: modelVersion,
  missing: z.array(z.string()).openapi({ description: "Fields of which the model saw no value." }),
  window: z.object({ readings: z.int() }).openapi({ description: "How many readings of the sensor the features were computed from." }),
};

export const predictionSchema = z
  .object({ ...scores, processing_time_seconds: z.number(), timestamp, model_info: modelBriefSchema })
  .openapi("Prediction");

const entrySchema = z.object({ index: z.int(), ...scores }).openapi("BatchPrediction");

const failedEntrySchema = z
  .object({ index: z.int(), error: z.string(), code, errors: z.array(fieldErrorSchema) })
  .openapi("BatchFailure");

export const batchSchema = z
  .object({
    predictions: z.array(z.union([entrySchema, failedEntrySchema])),
    summary: z.object({
      total_samples: z.int(),
      successful_predictions: z.int(),
      fire_detections: z.int(),
      fire_predictions: z.int(),
      no_fire_detections: z.int(),
      no_fire_predictions: z.int(),
      errors: z.int(),
    }),
    processing_time_seconds: z.number(),
    timestamp,
    model_info: modelBriefSchema,
  })
  .openapi("BatchAnswer");

const refusedLineSchema = z
  .object({ line: z.int().openapi({ description: "Which line of the body, or which reading of the array, from 1 on." }), code, reason: z.string() })
  .openapi("RefusedReading");

export const acceptedSchema = z
  .object({ accepted: z.int().openapi({ description: "Readings that every in-sync replica of the topic has." }), topic: z.string(), refused: z.array(refusedLineSchema) })
  .openapi("Accepted");

const trainedOnSchema: z.ZodType<TrainedOn> = z.union([
  z.object({ kind: z.literal("simulated"), sensors: z.int(), rateHz: z.number(), seconds: z.number(), seed: z.int() }),
  z.object({ kind: z.literal("file"), name: z.string(), sha256: z.string() }),
]);

const range = z.tuple([z.number(), z.number()]).readonly().nullable().openapi({ description: "What 95 of 100 draws of whole groups hold; null where there are too few groups." });

const alarmSchema = z.object({
  fires: z.int(),
  foundShare: probability.nullable().openapi({ description: "Of the fires, those that an alarm tells of." }),
  medianDelayMs: z.number().nullable().openapi({ description: "From a fire's first reading to the first sign in it, of half of the fires that are found." }),
  falseAlarmsPerSensorDay: z.number().nullable(),
  fireFreeSensorDays: z.number(),
  groups: z.int(),
  ranges: z.object({ foundShare: range, medianDelayMs: range, falseAlarmsPerSensorDay: range }),
});

const splitSchema = z.object({
  name: z.enum(splitNames),
  title: z.string(),
  meaning: z.string(),
  metrics: z
    .object({
      rows: z.int(),
      positives: z.int(),
      accuracy: z.number(),
      precision: z.number().nullable(),
      recall: z.number().nullable(),
      f1: z.number().nullable(),
      auc: z.number().nullable(),
      logloss: z.number(),
    })
    .nullable(),
  verdict: z.string().exactOptional().openapi({ description: "What has to be said of the figures, such as that they are those of chance." }),
  groups: z.int().exactOptional().openapi({ description: "Recordings, or blocks of time, that ranges are drawn from." }),
  ranges: z.object({ accuracy: range, precision: range, recall: range, f1: range, auc: range, logloss: range }).exactOptional(),
  alarms: alarmSchema.exactOptional(),
  calibrated: z.object({ logloss: z.number(), calibrationError: z.number() }).exactOptional(),
});

const calibrationSchema: z.ZodType<Calibration> = z.union([
  z.object({ kind: z.literal("platt"), slope: z.number(), intercept: z.number() }),
  z.object({ kind: z.literal("isotonic"), from: z.array(probability), to: z.array(probability) }),
]);

export const modelInfoSchema = z
  .object({
    model_name: z.string(),
    model_type: z.string(),
    algorithm: z.string(),
    model_version: modelVersion,
    version: modelVersion,
    feature_count: z.int(),
    features: z.array(z.string()),
    feature_columns: z.array(z.string()),
    threshold: probability,
    threshold_reason: z.string().nullable().openapi({ description: "Why it is this one; null where it was not chosen." }),
    calibration: calibrationSchema.nullable().openapi({ description: "What makes `calibrated_probability` of a probability." }),
    trained_on: trainedOn,
    trained_on_detail: trainedOnSchema.nullable(),
    training_rows: z.int().nullable(),
    training_positives: z.int().nullable(),
    parameters: z.record(z.string(), z.unknown()).nullable(),
    loaded_at: z.iso.datetime(),
    model_metrics: z
      .object({
        accuracy: z.number(),
        precision: z.number().nullable(),
        recall: z.number().nullable(),
        f1_score: z.number().nullable(),
      })
      .nullable(),
    metrics_split: z.string().openapi({ description: "The split that model_metrics are from." }),
    splits: z.array(splitSchema),
    /** What makes the splits' figures better than they should be, in sentences. */
    findings: z.array(z.string()),
  })
  .openapi("ModelInfo");

export type FieldError = z.infer<typeof fieldErrorSchema>;
export type Problem = z.infer<typeof problemSchema>;
export type Health = z.infer<typeof healthSchema>;
export type Index = z.infer<typeof indexSchema>;
export type ModelBrief = z.infer<typeof modelBriefSchema>;
export type Prediction = z.infer<typeof predictionSchema>;
export type BatchEntry = z.infer<typeof entrySchema>;
export type BatchAnswer = z.infer<typeof batchSchema>;
export type Accepted = z.infer<typeof acceptedSchema>;
export type RefusedLine = z.infer<typeof refusedLineSchema>;
export type ModelInfo = z.infer<typeof modelInfoSchema>;

/** One reading as a message of the pipeline's topic spells it. */
function readingSchema(schema: Schema) {
  const time = z.union([z.number(), z.string()]).nullish();
  return z
    .looseObject({
      ...Object.fromEntries(schema.fields.map((field) => [field.name, valueSchema(field)])),
      ...Object.fromEntries(schema.time.keys.map((key) => [key, time])),
    })
    .openapi("Reading");
}

/** A request with one reading or more, each as a message of the pipeline's topic spells it. */
export function requestSchema(schema: Schema, { name, maxReadings }: { name: string; maxReadings: number }) {
  const reading = readingSchema(schema);
  const readings = z.array(reading).min(1).max(maxReadings);
  return z.union([reading, readings, z.object({ data: readings })]).openapi(name);
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
