import { createRoute, z } from "@hono/zod-openapi";
import type { Schema } from "../../kernel-as/schema.ts";
import { listOf, readJson } from "../body.ts";
import { batchSchema, predictionSchema, requestSchema, type BatchAnswer, type FieldError, type Prediction } from "../contract.ts";
import { briefOf, noModel } from "../model-brief.ts";
import type { Api, AppOptions } from "../options.ts";
import { isFire, scoresOf, summaryOf } from "../prediction.ts";
import { refuse, type Refusal } from "../problem.ts";
import { ReadingReader, type Reading } from "../readings.ts";
import { scoreAlone } from "../score.ts";
import { addRoute, answers } from "./route.ts";

const MAX_READINGS = 1_000;

/** What a request turned out to hold. */
type Asked = { readonly one: Reading } | { readonly many: readonly (Reading | { errors: FieldError[] })[] } | { readonly refusal: Refusal };

export function predictRoutes(app: Api, options: AppOptions): void {
  const { pipeline, models, metrics, now } = options;
  const { schema } = pipeline;
  const reader = new ReadingReader(schema);

  addRoute(app, predict(schema), async (c) => {
    const startedMs = now();
    const body = await readJson(c.req.raw);
    const asked = "refusal" in body ? body : readAsked(reader, body.value, startedMs);
    if ("refusal" in asked) return refuse(c, asked.refusal);
    const model = models.current;
    if (!model) return refuse(c, noModel(models));

    const readings = "one" in asked ? [asked.one] : asked.many.filter((each): each is Reading => !("errors" in each));
    const probabilities = scoreAlone(options, model, readings);
    const fire = probabilities.filter((probability) => isFire(model, probability)).length;
    metrics.predictions({ fire, noFire: readings.length - fire }, model.version, "http");
    const endedMs = now();
    const frame = {
      processing_time_seconds: Math.max(0, endedMs - startedMs) / 1000,
      timestamp: new Date(endedMs).toISOString(),
      model_info: briefOf(model),
    };
    if ("one" in asked) {
      const prediction: Prediction = { ...scoresOf(schema, model, asked.one, probabilities[0]!), ...frame };
      return c.json(prediction, 200);
    }
    const predictions: BatchAnswer["predictions"] = [];
    let row = 0;
    for (const [index, each] of asked.many.entries()) {
      if ("errors" in each) predictions.push({ index, ...failureOf(each.errors), errors: each.errors });
      else predictions.push({ index, ...scoresOf(schema, model, each, probabilities[row++]!) });
    }
    const batch: BatchAnswer = { predictions, summary: summaryOf(predictions), ...frame };
    return c.json(batch, 200);
  });
}

function readAsked(reader: ReadingReader, body: unknown, nowMs: number): Asked {
  const list = listOf(body);
  if (!list) {
    const one = reader.read(body, "", nowMs);
    return "errors" in one ? { refusal: refusalOf(one.errors) } : { one };
  }
  const { readings, pointer } = list;
  if (readings.length === 0) return { refusal: { code: "MGV_JSON", detail: "No data provided: the array holds no reading." } };
  if (readings.length > MAX_READINGS) {
    const detail = `${readings.length} readings are too many for one request. Send at most ${MAX_READINGS} at a time.`;
    return { refusal: { code: "MGV_HTTP_BODY", status: 413, detail } };
  }
  const many = readings.map((each, index) => reader.read(each, `${pointer}/${index}`, nowMs));
  const errors = many.flatMap((each) => ("errors" in each ? each.errors : []));
  const allBad = many.every((each) => "errors" in each);
  return allBad ? { refusal: { ...refusalOf(errors), status: 422 } } : { many };
}

function refusalOf(errors: readonly FieldError[]): Refusal {
  const { error, code } = failureOf(errors);
  return { code, detail: error, errors };
}

/** All errors in one sentence, under the code of the first. */
function failureOf([first, ...others]: readonly FieldError[]): { error: string; code: FieldError["code"] } {
  const more = others.length === 0 ? "" : ` (${others.length} more: see errors)`;
  return { error: first!.detail + more, code: first!.code };
}

function predict(schema: Schema) {
  return createRoute({
    method: "post",
    path: "/predict",
    summary: "Scores one reading, or up to 1,000 in an array, each without the readings before it",
    request: {
      body: {
        required: true,
        description: "A reading, an array of readings, or an array under `data`. Unknown keys are ignored.",
        content: { "application/json": { schema: requestSchema(schema, { name: "PredictRequest", maxReadings: MAX_READINGS }) } },
      },
    },
    responses: answers(z.union([predictionSchema, batchSchema]), "The prediction, or one for each reading of the array", [400, 413, 422, 503]),
  });
}
