import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { stillMay } from "../access/caller.ts";
import { isLinesRequest, readJsonBytes, type JsonBytes } from "../body.ts";
import { batchLineSchema, batchSchema, predictionSchema, requestSchema } from "../contract.ts";
import { writerOf } from "../json-writer.ts";
import { noModel } from "../model-brief.ts";
import type { Api, ApiEnv, AppOptions } from "../options.ts";
import type { PredictionService } from "../prediction-service.ts";
import { predictLines } from "../prediction-lines.ts";
import { refuse, type Refusal } from "../problem.ts";
import { RequestReader, type Requested } from "../requested.ts";
import { textAnswer } from "../server/text-answer.ts";
import { addRoute, answers } from "./route.ts";

export const MAX_READINGS = 1_000;

/** Returns what answers a body that is one good reading, and null for any other. */
export function predictRoutes(app: Api, options: AppOptions, service: PredictionService): (body: Uint8Array, startedMs: number) => string | null {
  const { pipeline, kernel, models, now } = options;
  const reader = new RequestReader(kernel, pipeline.schema);
  const writeOne = writerOf(predictionSchema(pipeline.event));
  const writeMany = writerOf(batchSchema(pipeline.event));
  const writeLine = writerOf(batchLineSchema(pipeline.event));

  addRoute(app, "predict", predict(pipeline), async (c) => {
    const startedMs = c.env?.entry?.startedMs ?? now();
    const body = c.env?.body ?? (await readJsonBytes(c.req.raw));
    const asked = read(body, startedMs);
    if ("refusal" in asked) return refuse(c, asked.refusal);
    const model = models.current;
    if (!model) return refuse(c, noModel(models));
    return json(c, asked.isMany ? writeMany(service.many(model, asked, startedMs)) : writeOne(service.one(model, asked, startedMs)));
  });

  addRoute(app, "predict", predictBatch(pipeline), async (c) => {
    const startedMs = now();
    if (isLinesRequest(c.req.raw)) return predictLines(c, { reader, service, models, write: writeLine, now, stillMay: stillMay(options, (name) => c.req.header(name), "predict") });
    const body = await readJsonBytes(c.req.raw);
    const asked = read(body, startedMs);
    if ("refusal" in asked) return refuse(c, asked.refusal);
    if (!asked.isMany) return refuse(c, noList);
    const model = models.current;
    return model ? json(c, writeMany(service.many(model, asked, startedMs))) : refuse(c, noModel(models));
  });

  return (body, startedMs) => {
    const model = models.current;
    if (!model || !isOne(body)) return null;
    const asked = reader.read(body, { most: 1, nowMs: startedMs });
    return "refusal" in asked || asked.isMany ? null : writeOne(service.one(model, asked, startedMs));
  };

  /** Nothing may be waited for between this and the answer: columns are good until the next request is read. */
  function read(body: JsonBytes, nowMs: number): Requested | { refusal: Refusal } {
    return "refusal" in body ? body : reader.read(body.bytes, { most: MAX_READINGS, nowMs });
  }
}

const DATA = Buffer.from('{"data"');

/** Whether a body looks like one reading. */
function isOne(body: Uint8Array): boolean {
  return body[0] === DATA[0] && DATA.some((byte, i) => body[i] !== byte);
}

const noList: Refusal = { code: "MGV_JSON", detail: "Data must be a list of sensor readings: an array, or an array under data. POST /predict takes a single one." };

/** With all headers at once, as requests for predictions are many. */
function json(c: Context<ApiEnv>, text: string): Response {
  const answer = textAnswer(text, c.get("dataHeaders")("application/json"));
  c.set("whole", answer);
  return answer;
}

function predict({ schema, event }: Pipeline) {
  return createRoute({
    method: "post",
    path: "/predict",
    summary: "Scores one reading, or up to 1,000 in an array, as if each had just come from its sensor",
    request: {
      body: {
        required: true,
        description: "A reading, an array of readings, or an array under `data`. Unknown keys are ignored. A reading that names a sensor which this process's engine reads is scored with that sensor's window, and changes nothing of it; one that does not is scored alone.",
        content: { "application/json": { schema: requestSchema(schema, { name: "PredictRequest", maxReadings: MAX_READINGS }) } },
      },
    },
    responses: answers(z.union([predictionSchema(event), batchSchema(event)]), "The prediction, or one for each reading of the array", [400, 413, 415, 422, 503]),
  });
}

function predictBatch({ schema, event }: Pipeline) {
  const many = batchSchema(event);
  const route = answers(many, "A prediction for each reading of the array", [400, 413, 415, 422, 503]);
  return createRoute({
    method: "post",
    path: "/predict/batch",
    summary: "Scores up to 1,000 readings in an array, or any number of them, a reading a line",
    request: {
      body: {
        required: true,
        description: "An array of readings, an array under `data`, or a reading a line (application/x-ndjson): lines are answered one by one while they come in.",
        content: { "application/json": { schema: requestSchema(schema, { name: "BatchRequest", maxReadings: MAX_READINGS, isList: true }) }, "application/x-ndjson": { schema: { type: "string" } } },
      },
    },
    responses: { ...route, 200: { description: "A prediction for each reading; of lines a line each, and the counts in the last", content: { "application/json": { schema: many }, "application/x-ndjson": { schema: batchLineSchema(event) } } } },
  });
}
