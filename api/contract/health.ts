import { z } from "@hono/zod-openapi";
import { lastPredictionTime } from "./service.ts";
import { modelVersion, timestamp } from "./values.ts";

export const healthSchema = z
  .object({
    status: z.enum(["healthy", "degraded"]),
    reasons: z.array(z.string()).openapi({ description: "Why the status is degraded." }),
    timestamp,
    services: z.record(z.string(), z.enum(["healthy", "degraded"])).openapi({ description: "By part: the API itself, the model, the stream where this process has one." }),
    model_loaded: z.boolean(),
    model_path: z.string().openapi({ description: "Name of the model file." }),
    model_version: modelVersion.nullable(),
    last_prediction_time: lastPredictionTime,
    uptime_seconds: z.number(),
    version: z.string(),
    guarantee: z.enum(["exactly-once", "at-least-once", "none"]).nullable().openapi({ description: "What the engine of this process promises of its outputs; none: what is in hand is gone when it dies; null: there is no engine." }),
  })
  .openapi("Health");

export const statusSchema = z.object({ status: z.string() }).openapi("Status");

export type Health = z.infer<typeof healthSchema>;
