import { z } from "@hono/zod-openapi";
import { modelVersion } from "./values.ts";

/* The Open Inference Protocol, version 2. */

/** Of values that a tensor may hold here: of the protocol's all but FP16, which JSON cannot spell. */
export const datatypes = ["BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP32", "FP64", "BYTES"] as const;

const datatype = z.enum(datatypes).openapi("Datatype");
const parameters = z.record(z.string(), z.unknown()).openapi({ description: "`binary_data_size` of an input and `binary_data` of an output are those of the binary extension; others are ignored." });
const shape = z.array(z.int().min(0));
const tensorMetadata = z.object({ name: z.string(), datatype, shape: z.array(z.int()).openapi({ description: "-1 is any number of rows." }) }).openapi("TensorMetadata");

export const serverSchema = z.object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) }).openapi("InferenceServer");
export const liveSchema = z.object({ live: z.boolean() }).openapi("InferenceServerLive");
export const readySchema = z.object({ live: z.boolean(), ready: z.boolean() }).openapi("InferenceServerReady");
export const modelReadySchema = z.object({ name: z.string(), ready: z.boolean() }).openapi("InferenceModelReady");

export const inferenceModelSchema = z
  .object({ name: z.string(), versions: z.array(modelVersion), platform: z.string(), inputs: z.array(tensorMetadata), outputs: z.array(tensorMetadata) })
  .openapi("InferenceModel");

export const repositorySchema = z.array(z.object({ name: z.string(), version: modelVersion, state: z.enum(["READY", "UNAVAILABLE"]), reason: z.string() })).openapi("InferenceRepository");

const inputSchema = z
  .object({
    name: z.string().openapi({ description: "A field, in any of its spellings, the key of the time or of the sensor; or any other name, of one tensor of all fields." }),
    shape: shape.openapi({ description: "`[n]` or `[n, 1]` of a field, `[n, fields]` of all of them.", example: [1] }),
    datatype,
    parameters: parameters.optional(),
    data: z.array(z.unknown()).optional().openapi({ description: "Row by row, flat or an array for each row; null is missing, and so is NaN. Left out where the values follow the JSON as bytes." }),
  })
  .openapi("InferenceInput");

export const inferenceRequestSchema = z
  .object({
    id: z.string().optional(),
    parameters: parameters.optional(),
    inputs: z.array(inputSchema).min(1),
    outputs: z.array(z.object({ name: z.string(), parameters: parameters.optional() })).optional().openapi({ description: "Those that are wanted; all where it is left out." }),
  })
  .openapi("InferenceRequest");

export const inferenceResponseSchema = z
  .object({
    model_name: z.string(),
    model_version: modelVersion,
    id: z.string().openapi({ description: "Of the request; a new one where that had none." }),
    outputs: z.array(
      z
        .object({ name: z.string(), datatype, shape, parameters: parameters.optional(), data: z.array(z.union([z.number(), z.string()])).optional().openapi({ description: "Not there where the values follow the JSON as bytes." }) })
        .openapi("InferenceOutput"),
    ),
  })
  .openapi("InferenceResponse");

export type InferenceInput = z.infer<typeof inputSchema>;
export type InferenceRequest = z.infer<typeof inferenceRequestSchema>;
export type InferenceResponse = z.infer<typeof inferenceResponseSchema>;
export type InferenceModel = z.infer<typeof inferenceModelSchema>;
export type TensorMetadata = z.infer<typeof tensorMetadata>;
