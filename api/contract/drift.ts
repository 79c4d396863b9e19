import { z } from "@hono/zod-openapi";
import { modelVersion } from "./values.ts";

const driftStates = ["compared", "no_reference", "too_few_readings"] as const;

const share = z.number().min(0).max(1);

const fieldDriftSchema = z
  .object({
    field: z.string(),
    method: z.enum(["wasserstein", "ks"]).nullable().openapi({ description: "Wasserstein's distance in standard deviations, or for models of at most 1,000 rows that of Kolmogorov and Smirnov; null where there are too few values." }),
    distance: z.number().nullable(),
    threshold: z.number().nullable().openapi({ description: "From this distance on the field has drifted." }),
    drifted: z.boolean().nullable(),
    psi: z.number().nullable().openapi({ description: "The population stability index, over twentieths of the training rows; from 0.1 on worth a look, from 0.25 on large, by convention." }),
    values: z.object({ reference: z.int(), seen: z.int() }),
    missing_share: z.object({ reference: share.nullable(), seen: share.nullable() }),
  })
  .openapi("FieldDrift");

export const driftSchema = z
  .object({
    status: z.enum(driftStates).openapi({ description: "`no_reference`: the model does not say how its training rows were spread." }),
    detail: z.string(),
    model_version: modelVersion,
    hours: z.int(),
    from: z.iso.datetime().nullable().openapi({ description: "Event time of the first reading that was looked at." }),
    to: z.iso.datetime().nullable(),
    readings: z.int().nullable().openapi({ description: "Looked at; null where none were." }),
    drifted: z.boolean().nullable().openapi({ description: "Whether `drifted_share` is at least `threshold`." }),
    drifted_share: share.nullable().openapi({ description: "Of the fields that could be compared." }),
    threshold: share,
    fields: z.array(fieldDriftSchema).openapi({ description: "Those that have drifted first, the farthest first of all." }),
  })
  .openapi("Drift");

export type FieldDriftAnswer = z.infer<typeof fieldDriftSchema>;
export type DriftAnswer = z.infer<typeof driftSchema>;
