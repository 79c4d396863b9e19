import { z } from "@hono/zod-openapi";
import { severities } from "../../engine/rules/profile.ts";

const count = z.int().min(0);

const acknowledgementSchema = z.object({
  by: z.string().openapi({ description: "As who acknowledged it says, else the name of the key or the address." }),
  note: z.string().nullable(),
  timestamp: z.iso.datetime(),
});

export const alertSchema = z
  .object({
    id: z.string().openapi({ example: "0_1734" }),
    sensor_id: z.string(),
    timestamp: z.iso.datetime().nullable().openapi({ description: "Event time of the reading that raised it." }),
    kind: z.string().openapi({ description: "What a model predicted, such as `fire`; `threshold`, `pattern` or `anomaly`." }),
    cause: z.string().nullable().openapi({ description: "The field or the pattern; null for a prediction." }),
    value: z.number().nullable().openapi({ description: "The probability, or the field's value." }),
    threshold: z.number().nullable(),
    severity: z.enum(severities),
    message: z.string(),
    model_version: z.string().nullable(),
    state: z.enum(["open", "acknowledged"]),
    acknowledged: acknowledgementSchema.nullable(),
    notifications: z.object({ delivered: count, failed: count, pending: count }).openapi({ description: "Ways to tell people: by how many they were told, by how many given up, and how many are under way in this process." }),
  })
  .openapi("Alert");

export const alertsSchema = z.object({ alerts: z.array(alertSchema).openapi({ description: "The newest first." }) }).openapi("Alerts");

export const acknowledgeRequestSchema = z
  .object({
    by: z.string().max(200).optional().openapi({ example: "the night shift" }),
    note: z.string().max(1000).optional().openapi({ example: "Somebody has burnt a toast." }),
  })
  .openapi("AcknowledgeRequest");
