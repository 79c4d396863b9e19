import { z } from "@hono/zod-openapi";
import { alertLevels } from "../../engine/task/alerts.ts";
import { code, modelVersion, probability, timestamp } from "./values.ts";

/* What was told last on `GET /events`. */

const livePredictionSchema = z
  .looseObject({
    sensor_id: z.string(),
    timestamp: z.iso.datetime().openapi({ description: "Event time." }),
    prediction: z.union([z.literal(0), z.literal(1)]),
    prediction_label: z.string(),
    probability,
    alert_level: z.enum(alertLevels),
    late: z.boolean(),
    model_version: modelVersion,
    count: z.int().openapi({ description: "How many predictions it stands for." }),
  })
  .openapi("LivePrediction");

const liveAlertSchema = z
  .looseObject({ timestamp: z.iso.datetime(), sensor: z.string(), cause: z.string().optional(), value: z.number(), threshold: z.number(), severity: z.string(), message: z.string(), alert_type: z.string(), alert_id: z.string() })
  .openapi("LiveAlert");

const liveLetterSchema = z
  .object({ code, reason: z.string(), topic: z.string(), partition: z.int(), offset: z.int(), timestamp: z.iso.datetime().nullable().openapi({ description: "When its record was appended; null where it has no such time." }), count: z.int().openapi({ description: "How many of this code it stands for." }) })
  .openapi("LiveDeadLetter");

const statsSchema = z
  .object({ timestamp: z.iso.datetime(), readings_per_second: z.number(), lag_seconds: z.number().nullable(), readings: z.int(), predictions: z.int(), alerts: z.int(), late: z.int().nullable().openapi({ description: "Null where topics are heard, which are not read for it." }), dead_letters: z.int() })
  .openapi("LiveStats");

export const latestSchema = z
  .object({
    last_event_id: z.string().openapi({ description: "For `Last-Event-ID` of `GET /events`: what comes after this answer." }),
    pipeline: z.string(),
    event: z.string().openapi({ description: "What is predicted." }),
    threshold: probability.nullable().openapi({ description: "Of the model in use; null while there is none." }),
    origin: z.enum(["engine", "topics", "none"]).openapi({ description: "An engine in this process; topics that engines elsewhere write; nothing but models." }),
    predictions: z.array(livePredictionSchema).openapi({ description: "The latest of each sensor that was heard of since somebody listens, of up to 10,000." }),
    alerts: z.array(liveAlertSchema).openapi({ description: "The newest 200 at most, the newest last." }),
    dead_letters: z.array(liveLetterSchema).openapi({ description: "The newest 100 at most, the newest last." }),
    stats: statsSchema.nullable(),
    timestamp,
  })
  .openapi("Live");
