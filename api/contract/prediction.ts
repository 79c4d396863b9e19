import { z } from "@hono/zod-openapi";
import { predictionLabels } from "../../engine/pipeline/prediction-labels.ts";
import { fieldErrorSchema } from "./problem.ts";
import { code, modelVersion, probability, timestamp, trainedOn } from "./values.ts";

export const modelBriefSchema = z.object({ algorithm: z.string(), version: modelVersion, trained_on: trainedOn }).openapi("ModelBrief");

/** What is said of a reading in which `event` was looked for, the pipeline's label. */
export function scores(event: string) {
  const [no, yes] = predictionLabels(event);
  return {
    prediction: z.union([z.literal(0), z.literal(1)]),
    prediction_label: z.enum([no, yes]).openapi({ description: "What the pipeline predicts, or that with `no_` before it.", example: no }),
    probability: probability.openapi({ description: `Of \`${event}\`.` }),
    calibrated_probability: probability.nullable().openapi({ description: `How often it was \`${event}\` where the model said so, in rows that it had not seen; null where the model has no calibration. The threshold is for \`probability\`.` }),
    confidence: z.object({ [no]: probability, [yes]: probability }).openapi({ description: `By label: that of \`${yes}\` is \`probability\`.` }),
    threshold: probability.openapi({ description: `Probabilities from here on are \`${event}\`.` }),
    model_version: modelVersion,
    missing: z.array(z.string()).openapi({ description: "Fields of which the model saw no value." }),
    window: z.object({ readings: z.int() }).openapi({ description: "How many readings of the sensor the features were computed from." }),
  };
}

export const predictionSchema = (event: string) => z.object({ ...scores(event), processing_time_seconds: z.number(), timestamp, model_info: modelBriefSchema }).openapi("Prediction");

const entrySchema = (event: string) => z.object({ index: z.int(), ...scores(event) }).openapi("BatchPrediction");

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

export const batchSchema = (event: string) =>
  z
    .object({
      predictions: z.array(z.union([entrySchema(event), failedEntrySchema])),
      summary: summarySchema,
      processing_time_seconds: z.number(),
      timestamp,
      model_info: modelBriefSchema,
    })
    .openapi("BatchAnswer");

/** A line of the answer to lines of readings. */
export const batchLineSchema = (event: string) =>
  z
    .union([
      entrySchema(event),
      failedEntrySchema.extend({ summary: summarySchema }).openapi("BatchBreak", { description: "The last line where the request broke off: why, and what was answered before." }),
      failedEntrySchema,
      z.object({ summary: summarySchema, processing_time_seconds: z.number(), model_info: modelBriefSchema }).openapi("BatchEnd", { description: "The last line." }),
    ])
    .openapi("BatchLine");

/** What `/predict/sample` and `/predict/fire-scenario` answer. */
export const triedSampleSchema = (event: string) =>
  z
    .object({
      input_data: z.record(z.string(), z.unknown()).openapi({ description: "A reading of the pipeline's own to try it with." }),
      scenario: z.string().optional().openapi({ description: "What it shows; the model is not told.", example: `${event}_conditions` }),
      prediction: predictionSchema(event),
    })
    .openapi("TriedSample");

export type TriedSample = z.infer<ReturnType<typeof triedSampleSchema>>;
export type ModelBrief = z.infer<typeof modelBriefSchema>;
export type Prediction = z.infer<ReturnType<typeof predictionSchema>>;
export type BatchEntry = z.infer<ReturnType<typeof entrySchema>>;
export type BatchFailure = z.infer<typeof failedEntrySchema>;
export type BatchLine = z.infer<ReturnType<typeof batchLineSchema>>;
export type BatchAnswer = z.infer<ReturnType<typeof batchSchema>>;
