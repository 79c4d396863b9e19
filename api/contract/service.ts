import { z } from "@hono/zod-openapi";
import { probability, timestamp } from "./values.ts";

/* What the service says of itself and of its work. */

const percent = z.number().min(0).max(100);
const seconds = z.number().min(0).openapi({ description: "Mean of the requests that scored something; 0 before the first." });
export const lastPredictionTime = z.iso.datetime().nullable().openapi({ description: "When a request scored something the last time; null: none has." });

const counts = {
  total_predictions: z.int(),
  fire_predictions: z.int(),
  no_fire_predictions: z.int(),
  batch_predictions: z.int().openapi({ description: "Of all, those of readings that came in arrays." }),
  total_requests: z.int(),
  average_confidence: probability.openapi({ description: "Mean probability of what was predicted; 0 before the first." }),
  average_processing_time: seconds,
  avg_processing_time: seconds,
  fire_detection_rate_percent: percent,
  safe_detection_rate_percent: percent,
  last_prediction_time: lastPredictionTime,
};

export const predictionStatsSchema = z
  .object({ ...counts, last_reset: z.iso.datetime().openapi({ description: "The start of the process: counts begin there." }), uptime_seconds: z.number(), timestamp })
  .openapi("PredictionStats");

export const endpointSchema = z.object({ method: z.string(), path: z.string(), description: z.string() }).openapi("Endpoint");

export const configSchema = z
  .object({
    version: z.string(),
    pipeline: z.string(),
    model_path: z.string().openapi({ description: "Name of the model file." }),
    model_loaded: z.boolean(),
    model_reload_interval: z.number().nullable().openapi({ description: "How often its file is looked at besides, in seconds; null: never." }),
    max_batch_size: z.int().openapi({ description: "Readings that one request may ask predictions of." }),
    supported_formats: z.array(z.string()).openapi({ description: "Media types of requests." }),
    cors_enabled: z.boolean(),
    metrics_enabled: z.boolean(),
    history_enabled: z.boolean(),
    endpoints: z.array(endpointSchema),
    timestamp,
  })
  .openapi("Config");

const countsSchema = z.object(counts);

export type PredictionCounts = z.infer<typeof countsSchema>;
export type StatsAnswer = z.infer<typeof predictionStatsSchema>;
export type ConfigAnswer = z.infer<typeof configSchema>;
export type Endpoint = z.infer<typeof endpointSchema>;
