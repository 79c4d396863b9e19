import { z } from "@hono/zod-openapi";
import { fieldErrorSchema } from "./problem.ts";
import { code, modelVersion, probability, timestamp, trainedOn } from "./values.ts";

export const modelBriefSchema = z.object({ algorithm: z.string(), version: modelVersion, trained_on: trainedOn }).openapi("ModelBrief");

export const scores = {
  prediction: z.union([z.literal(0), z.literal(1)]),
  prediction_label: z.string().openapi({ description: "What the pipeline predicts, or that with `no_` before it: `fire`, `no_fire`.", example: "no_fire" }),
  probability: probability.openapi({ description: "Of fire." }),
  calibrated_probability: probability.nullable().openapi({ description: "How often it burned where the model said so, in rows that it had not seen; null where the model has no calibration. The threshold is for `probability`." }),
  confidence: z.object({ no_fire: probability, fire: probability }).openapi({ description: "`fire` is `probability`, whatever the pipeline predicts." }),
  threshold: probability.openapi({ description: "Probabilities from here on are fire." }),
  model_version: modelVersion,
  missing: z.array(z.string()).openapi({ description: "Fields of which the model saw no value." }),
  window: z.object({ readings: z.int() }).openapi({ description: "How many readings of the sensor the features were computed from." }),
};

export const predictionSchema = z
  .object({ ...scores, processing_time_seconds: z.number(), timestamp, model_info: modelBriefSchema })
  .openapi("Prediction");

const entrySchema = z.object({ index: z.int(), ...scores }).openapi("BatchPrediction");

export const failedEntrySchema = z
  .object({ index: z.int(), error: z.string(), details: z.string(), code, errors: z.array(fieldErrorSchema) })
  .openapi("BatchFailure");

const summarySchema = z
  .object({
    total_samples: z.int(),
    successful_predictions: z.int(),
    fire_detections: z.int(),
    fire_predictions: z.int(),
    no_fire_detections: z.int(),
    no_fire_predictions: z.int(),
    errors: z.int(),
  })
  .openapi("BatchSummary");

export const batchSchema = z
  .object({
    predictions: z.array(z.union([entrySchema, failedEntrySchema])),
    summary: summarySchema,
    processing_time_seconds: z.number(),
    timestamp,
    model_info: modelBriefSchema,
  })
  .openapi("BatchAnswer");

/** A line of the answer to lines of readings. */
export const batchLineSchema = z
  .union([
    entrySchema,
    failedEntrySchema.extend({ summary: summarySchema }).openapi("BatchBreak", { description: "The last line where the request broke off: why, and what was answered before." }),
    failedEntrySchema,
    z.object({ summary: summarySchema, processing_time_seconds: z.number(), model_info: modelBriefSchema }).openapi("BatchEnd", { description: "The last line." }),
  ])
  .openapi("BatchLine");

/** What `/predict/sample` and `/predict/fire-scenario` answer. */
export const triedSampleSchema = z
  .object({
    input_data: z.record(z.string(), z.unknown()).openapi({ description: "A reading of the pipeline's own to try it with." }),
    scenario: z.string().optional().openapi({ description: "What it shows; the model is not told.", example: "fire_conditions" }),
    prediction: predictionSchema,
  })
  .openapi("TriedSample");

export type TriedSample = z.infer<typeof triedSampleSchema>;
export type ModelBrief = z.infer<typeof modelBriefSchema>;
export type Prediction = z.infer<typeof predictionSchema>;
export type BatchEntry = z.infer<typeof entrySchema>;
export type BatchFailure = z.infer<typeof failedEntrySchema>;
export type BatchLine = z.infer<typeof batchLineSchema>;
export type BatchAnswer = z.infer<typeof batchSchema>;
