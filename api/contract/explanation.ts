import { z } from "@hono/zod-openapi";
import { failedEntrySchema, modelBriefSchema, scores } from "./prediction.ts";
import { timestamp } from "./values.ts";

const contribution = z.number().openapi({ description: "What it adds to the margin, in log odds: above 0 speaks for the event." });
const value = z.number().nullable().openapi({ description: "As the model reads it, f32; null: it is missing." });

const contributionSchema = z
  .object({ feature: z.string(), fields: z.array(z.string()).openapi({ description: "What the feature is computed of." }), unit: z.string(), value, contribution })
  .openapi("FeatureContribution");

const fieldContributionSchema = z
  .object({ field: z.string(), unit: z.string(), value, contribution: z.number().openapi({ description: "Of all features that are computed of the field; what is computed of two counts half for each." }) })
  .openapi("FieldContribution");

export const explanationParts = (event: string) => ({
  ...scores(event),
  margin: z.number().openapi({ description: "Log odds of the probability: the bias and all contributions together." }),
  bias: z.number().openapi({ description: "The margin that the model expects before it has seen anything." }),
  contributions: z.array(contributionSchema).openapi({ description: "The largest first; features that add nothing are left out." }),
  fields: z.array(fieldContributionSchema).openapi({ description: "All fields that the model may see, the largest first." }),
});

const frame = { processing_time_seconds: z.number(), timestamp, model_info: modelBriefSchema };

export const explanationSchema = (event: string) => z.object({ ...explanationParts(event), ...frame }).openapi("Explanation");

const entrySchema = (event: string) => z.object({ index: z.int(), ...explanationParts(event) }).openapi("BatchExplanation");

export const batchExplanationSchema = (event: string) => z.object({ explanations: z.array(z.union([entrySchema(event), failedEntrySchema])), ...frame }).openapi("ExplanationsAnswer");

export type Explanation = Omit<z.infer<ReturnType<typeof entrySchema>>, "index">;
export type ExplanationAnswer = z.infer<ReturnType<typeof explanationSchema>>;
export type BatchExplanation = z.infer<ReturnType<typeof batchExplanationSchema>>;
