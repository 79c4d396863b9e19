import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { triedSampleSchema, type TriedSample } from "../contract.ts";
import { noModel } from "../model-brief.ts";
import type { Api, ApiEnv, AppOptions } from "../options.ts";
import type { PredictionService } from "../prediction-service.ts";
import { refuse } from "../problem.ts";
import { ReadingReader } from "../readings.ts";
import { readingsBatch } from "../score.ts";
import { addRoute, answers } from "./route.ts";

/** Routes that score a reading of the pipeline's own, as any other is scored. */
export function sampleRoutes(app: Api, options: AppOptions, service: PredictionService): void {
  const { pipeline, models, now, sample } = options;
  const { schema, name, event } = pipeline;
  const reader = new ReadingReader(schema);
  const usual = schema.samples?.usual ?? sample;

  const tried = (c: Context<ApiEnv>, input: Readonly<Record<string, unknown>> | undefined, scenario?: string): Response => {
    const startedMs = now();
    if (!input) return refuse(c, { code: "MGV_NOT_FOUND", detail: `The pipeline ${name} has no sample${scenario === undefined ? "" : ` of a ${event}`}: give its schema some, as samples: { usual: {…}, event: {…} }.` });
    const reading = reader.read(input, "", startedMs);
    if ("errors" in reading) return refuse(c, { code: "MGV_NOT_FOUND", detail: `The sample of the pipeline ${name} is no reading of it: ${reading.errors[0]!.detail}.` });
    const model = models.current;
    if (!model) return refuse(c, noModel(models));
    const asked = { isMany: false, count: 1, batch: readingsBatch(schema.fields.length, [reading]), failures: new Map() };
    const body: TriedSample = { input_data: { ...input }, ...(scenario !== undefined && { scenario }), prediction: service.one(model, asked, startedMs) };
    return c.json(body, 200);
  };

  for (const method of ["get", "post"] as const) addRoute(app, "predict", sampleRoute(method, event), (c) => tried(c, usual));
  addRoute(app, "predict", scenarioRoute(event), (c) => tried(c, schema.samples?.event, `${event}_conditions`));
}

function sampleRoute(method: "get" | "post", event: string) {
  return createRoute({
    method,
    path: "/predict/sample",
    summary: "Scores a usual reading of the pipeline's own",
    responses: answers(triedSampleSchema(event), "The reading and its prediction", [404, 503]),
  });
}

function scenarioRoute(event: string) {
  return createRoute({
    method: "get",
    path: "/predict/fire-scenario",
    summary: `Scores a reading of the pipeline's own that may well be \`${event}\`; the label is the model's`,
    responses: answers(triedSampleSchema(event), "The reading and its prediction", [404, 503]),
  });
}
