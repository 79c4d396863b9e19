import { z } from "@hono/zod-openapi";
import { modelInfoSchema } from "./model.ts";
import { problemSchema } from "./problem.ts";
import { lastPredictionTime } from "./service.ts";
import { modelVersion, timestamp } from "./values.ts";

/* The model of this process: how it does, and reading its file again. */

export const modelHealthSchema = z
  .object({
    status: z.enum(["healthy", "degraded"]),
    reasons: z.array(z.string()).openapi({ description: "Why the status is degraded." }),
    model_loaded: z.boolean(),
    model_path: z.string().openapi({ description: "Name of the model file." }),
    model_version: modelVersion.nullable(),
    loaded_at: z.iso.datetime().nullable(),
    last_prediction_time: lastPredictionTime,
    timestamp,
  })
  .openapi("ModelHealth");

export const reloadedSchema = z
  .object({
    status: z.literal("success"),
    message: z.string(),
    changed: z.boolean().openapi({ description: "Whether another model is in use than before." }),
    model_info: modelInfoSchema,
    timestamp,
  })
  .openapi("Reloaded");

export const reloadFailedSchema = problemSchema
  .omit({ status: true })
  .extend({
    status: z.literal("error").openapi({ description: "Of the reload: the status of the answer is in its first line." }),
    message: z.string(),
    model_info: modelInfoSchema.nullable().openapi({ description: "The model that stays in use; null: there is none." }),
    timestamp,
  })
  .openapi("ReloadFailed");

export type ModelHealth = z.infer<typeof modelHealthSchema>;
export type Reloaded = z.infer<typeof reloadedSchema>;
export type ReloadFailed = z.infer<typeof reloadFailedSchema>;
