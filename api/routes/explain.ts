import { createRoute, z } from "@hono/zod-openapi";
import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { frameOf } from "../answer-frame.ts";
import { readJsonBytes } from "../body.ts";
import { batchExplanationSchema, explanationSchema, requestSchema, type BatchExplanation, type ExplanationAnswer } from "../contract.ts";
import { Explainer } from "../explain.ts";
import { noModel } from "../model-brief.ts";
import type { Api, AppOptions } from "../options.ts";
import { inPlaces } from "../prediction-service.ts";
import { refuse } from "../problem.ts";
import { RequestReader } from "../requested.ts";
import { addRoute, answers } from "./route.ts";

const MAX_READINGS = 100;

export function explainRoutes(app: Api, options: AppOptions): void {
  const { pipeline, models, now } = options;
  const reader = new RequestReader(options.kernel, pipeline.schema);
  const explainer = new Explainer(options);

  addRoute(app, "predict", explain(pipeline), async (c) => {
    const startedMs = now();
    const body = await readJsonBytes(c.req.raw);
    const asked = "refusal" in body ? body : reader.read(body.bytes, { most: MAX_READINGS, nowMs: startedMs });
    if ("refusal" in asked) return refuse(c, asked.refusal);
    const model = models.current;
    if (!model) return refuse(c, noModel(models));

    const explained = explainer.explain(model, asked.batch);
    const frame = frameOf(model, { startedMs, endedMs: now() });
    if (!asked.isMany) {
      const answer: ExplanationAnswer = { ...explained[0]!, ...frame };
      return c.json(answer, 200);
    }
    const answer: BatchExplanation = { explanations: inPlaces(asked, explained), ...frame };
    return c.json(answer, 200);
  });
}

function explain({ schema, event }: Pipeline) {
  return createRoute({
    method: "post",
    path: "/explain",
    summary: "Says what each feature and field adds to the prediction of a reading, or of up to 100 in an array",
    request: {
      body: {
        required: true,
        description: "A reading, an array of readings, or an array under `data`. Unknown keys are ignored.",
        content: { "application/json": { schema: requestSchema(schema, { name: "ExplainRequest", maxReadings: MAX_READINGS }) } },
      },
    },
    responses: answers(z.union([explanationSchema(event), batchExplanationSchema(event)]), "The prediction and what it is made of, or one for each reading of the array", [400, 413, 415, 422, 503]),
  });
}
