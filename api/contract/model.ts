import { z } from "@hono/zod-openapi";
import { trialModes } from "../../engine/model/trial.ts";
import type { Calibration } from "../../kernel-as/model/calibration.ts";
import type { TrainedOn } from "../../kernel-as/model/card.ts";
import { splitNames } from "../../kernel-as/model/split-report.ts";
import { modelVersion, probability, trainedOn } from "./values.ts";

const trainedOnSchema: z.ZodType<TrainedOn> = z.union([
  z.object({ kind: z.literal("simulated"), sensors: z.int(), rateHz: z.number(), seconds: z.number(), seed: z.int() }),
  z.object({ kind: z.literal("readings"), count: z.int(), firstMs: z.number(), lastMs: z.number(), sha256: z.string().openapi({ description: "Of the readings' content." }) }),
  z.object({ kind: z.literal("file"), name: z.string(), sha256: z.string() }),
]);

const range = z.tuple([z.number(), z.number()]).readonly().nullable().openapi({ type: ["array", "null"], items: { type: "number" }, minItems: 2, maxItems: 2, description: "What 95 of 100 draws of whole groups hold; null where there are too few groups." });

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
  verdict: z.string().optional().openapi({ description: "What has to be said of the figures, such as that they are those of chance." }),
  groups: z.int().optional().openapi({ description: "Recordings, or blocks of time, that ranges are drawn from." }),
  ranges: z.object({ accuracy: range, precision: range, recall: range, f1: range, auc: range, logloss: range }).optional(),
  alarms: alarmSchema.optional(),
  calibrated: z.object({ logloss: z.number(), calibrationError: z.number() }).optional(),
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
    training_timestamp: z.iso.datetime().nullable().openapi({ description: "When the model was kept, as the registry has it; null where it has none." }),
    loaded_at: z.iso.datetime(),
    accuracy: z.number().nullable().openapi({ description: "That of model_metrics." }),
    model_metrics: z
      .object({
        accuracy: z.number(),
        precision: z.number().nullable(),
        recall: z.number().nullable(),
        f1_score: z.number().nullable(),
      })
      .nullable(),
    trial: z.object({ model_version: modelVersion, mode: z.enum(trialModes), share: z.number() }).nullable().openapi({ description: "A model that scores beside this one: in its shadow, or instead of it for a share of the sensors of the stream. Requests are answered by the model in use." }),
    metrics_split: z.string().openapi({ description: "The split that model_metrics are from." }),
    splits: z.array(splitSchema),
    /** What makes the splits' figures better than they should be, in sentences. */
    findings: z.array(z.string()),
  })
  .openapi("ModelInfo");

const keptModelSchema = z
  .object({
    version: modelVersion,
    alias: z.enum(["champion", "challenger"]).nullable().openapi({ description: "The champion serves, the challenger may follow it." }),
    kept: z.object({ time: z.iso.datetime(), by: z.string(), reason: z.string(), verdict: z.enum(["challenger", "refused"]).nullable() }),
    promoted: z.object({ time: z.iso.datetime(), by: z.string(), reason: z.string(), from: modelVersion.nullable() }).nullable().openapi({ description: "When it became the champion, the last time; null: it never was." }),
    format: z.string().nullable(),
    trained_on: trainedOn,
    threshold: probability.nullable(),
    splits: z.array(splitSchema),
    usable: z.boolean().openapi({ description: "Whether its file can be read." }),
  })
  .openapi("KeptModel");

export const keptModelsSchema = z.object({ models: z.array(keptModelSchema) }).openapi("KeptModels");

export const changedModelSchema = z
  .object({ champion: keptModelSchema, in_use: modelVersion.nullable().openapi({ description: "What this process scores by now." }) })
  .openapi("ChangedModel");

export type KeptModel = z.infer<typeof keptModelSchema>;
export type ChangedModel = z.infer<typeof changedModelSchema>;
export type ModelInfo = z.infer<typeof modelInfoSchema>;
