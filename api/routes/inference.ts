import { basename } from "node:path";
import { createRoute, z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import type { Model } from "../../engine/model/model-store.ts";
import {
  inferenceModelSchema, inferenceRequestSchema, inferenceResponseSchema, liveSchema, modelReadySchema, problemSchema, readySchema, repositorySchema, serverSchema, type InferenceModel, type InferenceResponse,
} from "../contract.ts";
import { outputMetadata, outputsOf, wantedOutputs } from "../inference/outputs.ts";
import { readInferenceRequest } from "../inference/read-request.ts";
import { inputFields, TensorReader } from "../inference/read-tensors.ts";
import { modelProblem, noModel, notReady } from "../model-brief.ts";
import type { Api, ApiEnv, AppOptions } from "../options.ts";
import type { PredictionService } from "../prediction-service.ts";
import { refuse, type Refusal } from "../problem.ts";
import { readingsBatch } from "../score.ts";
import { addRoute, answers as problemAnswers } from "./route.ts";

/** The protocol's clients read problems as JSON. */
export const inferenceProblems: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.res.headers.get("content-type") === "application/problem+json") c.res.headers.set("content-type", "application/json");
};

/** The Open Inference Protocol: https://github.com/kserve/open-inference-protocol. */
export function inferenceRoutes(app: Api, options: AppOptions, service: PredictionService): void {
  const { pipeline, models, now, version, ready } = options;
  const reader = new TensorReader(pipeline.schema);
  const name = basename(models.path, ".json");
  const extensions = ["binary_tensor_data", "model_repository"];

  /** The model that a path names. */
  const found = (c: Context<ApiEnv>): { model: Model } | { refusal: Refusal } => {
    const asked = c.req.param("model") ?? "";
    if (asked !== name && asked !== pipeline.name) return { refusal: { code: "MGV_NOT_FOUND", detail: `There is no model ${asked} here: its name is ${name}, or ${pipeline.name}.` } };
    const model = models.current;
    if (!model) return { refusal: noModel(models) };
    const askedVersion = c.req.param("version");
    if (askedVersion === undefined || askedVersion === model.version) return { model };
    return { refusal: { code: "MGV_NOT_FOUND", detail: `Version ${askedVersion} of ${asked} does not serve: version ${model.version} does.` } };
  };

  addRoute(app, null, server, (c) => c.json({ name: "mangrove", version, extensions }, 200));
  addRoute(app, null, live, (c) => c.json({ live: true }, 200));
  addRoute(app, null, serverReady, (c) => {
    const refusal = notReady(models, ready);
    return refusal ? refuse(c, refusal) : c.json({ live: true, ready: true }, 200);
  });
  addRoute(app, "read", repository, (c) => {
    const model = models.current;
    return c.json(model ? [{ name, version: model.version, state: "READY", reason: modelProblem(models) ?? "" }] : [], 200);
  });

  for (const path of ["/v2/models/{model}", "/v2/models/{model}/versions/{version}"]) {
    addRoute(app, "read", metadata(path), (c) => {
      const asked = found(c);
      if ("refusal" in asked) return refuse(c, asked.refusal);
      const inputs = inputFields(pipeline.schema).map((field) => ({ name: field.name, datatype: "FP64" as const, shape: [-1] }));
      const body: InferenceModel = { name, versions: [asked.model.version], platform: "mangrove_forest", inputs, outputs: [...outputMetadata] };
      return c.json(body, 200);
    });
    addRoute(app, null, modelReady(path), (c) => {
      const asked = found(c);
      return "refusal" in asked ? refuse(c, asked.refusal) : c.json({ name, ready: true }, 200);
    });
    addRoute(app, "predict", infer(path), async (c) => {
      const startedMs = now();
      const asked = found(c);
      const sent = "refusal" in asked ? asked : await readInferenceRequest(c.req.raw, reader.mostValues);
      if ("refusal" in sent) return refuse(c, sent.refusal);
      const outputs = wantedOutputs(sent.request);
      if ("refusal" in outputs) return refuse(c, outputs.refusal);
      const read = reader.read(sent, now());
      if ("refusal" in read) return refuse(c, read.refusal);
      const serving = found(c); // another may serve by now
      if ("refusal" in serving) return refuse(c, serving.refusal);
      const { model } = serving;
      const { probabilities } = service.score(model, { batch: readingsBatch(pipeline.schema.fields.length, read.readings), isMany: read.readings.length > 1 });
      service.answered(model, startedMs);
      return respond(c, { model_name: name, model_version: model.version, id: sent.request.id ?? c.get("requestId") }, outputsOf(outputs.wanted, { model, event: pipeline.event, probabilities }));
    });
  }
}

/** Where outputs are wanted as bytes, they follow the JSON, and a header tells where it ends. */
function respond(c: Context<ApiEnv>, head: Omit<InferenceResponse, "outputs">, { outputs, binary }: ReturnType<typeof outputsOf>): Response {
  const body: InferenceResponse = { ...head, outputs };
  if (binary.length === 0) return c.json(body, 200);
  const json = new TextEncoder().encode(JSON.stringify(body));
  return c.body(Buffer.concat([json, ...binary]), 200, { "Content-Type": "application/octet-stream", "Inference-Header-Content-Length": String(json.length) });
}

interface Answer {
  readonly description: string;
  readonly content: Record<string, { readonly schema: z.ZodType }>;
}

function answers(...given: Parameters<typeof problemAnswers>): Record<string, Answer> {
  const problem = { "application/json": { schema: problemSchema } };
  const described = Object.entries<Answer>(problemAnswers(...given));
  return Object.fromEntries(described.map(([status, answer]) => [status, "application/json" in answer.content ? answer : { ...answer, content: problem }]));
}

const server = createRoute({ method: "get", path: "/v2", summary: "Open Inference Protocol: this server", responses: answers(serverSchema, "Name, version, extensions") });
const live = createRoute({ method: "get", path: "/v2/health/live", summary: "Open Inference Protocol: whether the process answers at all", responses: answers(liveSchema, "It does") });
const serverReady = createRoute({ method: "get", path: "/v2/health/ready", summary: "Open Inference Protocol: whether readings can be scored", responses: answers(readySchema, "They can", [503]) });
const repository = createRoute({ method: "post", path: "/v2/repository/index", summary: "Open Inference Protocol: the models that serve", responses: answers(repositorySchema, "The model in use; none before there is one") });

const paramsOf = (path: string) => z.object({ model: z.string(), ...(path.includes("{version}") && { version: z.string() }) });

const metadata = (path: string) =>
  createRoute({ method: "get", path, summary: "Open Inference Protocol: what the model takes and gives", request: { params: paramsOf(path) }, responses: answers(inferenceModelSchema, "Its inputs and outputs", [404, 503]) });

const modelReady = (path: string) =>
  createRoute({ method: "get", path: `${path}/ready`, summary: "Open Inference Protocol: whether the model can score", request: { params: paramsOf(path) }, responses: answers(modelReadySchema, "It can", [404, 503]) });

function infer(path: string) {
  const binary = { "application/octet-stream": { schema: z.string().openapi({ format: "binary", description: "The JSON, and behind it the values of tensors; Inference-Header-Content-Length says where it ends." }) } };
  const described = answers(inferenceResponseSchema, "The outputs that were asked for, a value a row", [400, 404, 413, 415, 422, 503]);
  return createRoute({
    method: "post",
    path: `${path}/infer`,
    summary: "Open Inference Protocol: scores up to 1,000 readings, each without the readings before it",
    request: {
      params: paramsOf(path),
      body: { required: true, description: "One tensor a field, or one of all fields in the order of the model's metadata.", content: { "application/json": { schema: inferenceRequestSchema }, ...binary } },
    },
    responses: { ...described, 200: { ...described["200"]!, content: { ...described["200"]!.content, ...binary } } },
  });
}
