import { createRoute, z } from "@hono/zod-openapi";
import type { Schema } from "../../kernel-as/schema.ts";
import { listOf, readJson } from "../body.ts";
import { batchValidationSchema, requestSchema, validationSchema, type BatchValidation, type Validation, type ValidationAnswer } from "../contract.ts";
import type { Api, AppOptions, ModelOrigin } from "../options.ts";
import { refuse } from "../problem.ts";
import { refusalOfCount } from "../requested.ts";
import { ReadingReader } from "../readings.ts";
import { warningsOf } from "../warnings.ts";
import { MAX_READINGS } from "./predict.ts";
import { addRoute, answers } from "./route.ts";

export function validateRoutes(app: Api, { pipeline, models, shelf, now }: AppOptions): void {
  const { schema, clock } = pipeline;
  const reader = new ReadingReader(schema);
  let known: { version: string; seen: ModelOrigin["seen"] } | undefined;

  /** Of the model in use, kept until there is another. */
  const rangesSeen = async (): Promise<ModelOrigin["seen"]> => {
    const version = models.current?.version;
    if (!shelf || version === undefined) return [];
    if (known?.version !== version) known = { version, seen: (await shelf.origin(version).catch(() => null))?.seen ?? [] };
    return known.seen;
  };

  addRoute(app, "predict", validate(schema), async (c) => {
    const body = await readJson(c.req.raw);
    if ("refusal" in body) return refuse(c, body.refusal);
    const list = listOf(body.value);
    const refusal = list && refusalOfCount(list.readings.length, MAX_READINGS);
    if (refusal) return refuse(c, refusal);
    const nowMs = now();
    const oddness = { schema, maxAheadMs: clock.maxAheadMs, nowMs, seen: await rangesSeen() };
    const judged = (message: unknown, pointer: string): Validation => {
      const read = reader.read(message, pointer, nowMs);
      const field_errors = "errors" in read ? read.errors : [];
      const field_warnings = warningsOf(message, "errors" in read ? null : read, pointer, oddness);
      const valid = field_errors.length === 0;
      return { valid, is_valid: valid, errors: field_errors.map(({ detail }) => detail), warnings: field_warnings.map(({ detail }) => detail), field_errors, field_warnings };
    };
    const timestamp = new Date(nowMs).toISOString();
    if (!list) {
      const answer: ValidationAnswer = { ...judged(body.value, ""), timestamp };
      return c.json(answer, 200);
    }
    const results = list.readings.map((each, index) => ({ index, ...judged(each, `${list.pointer}/${index}`) }));
    const total = results.length;
    const good = results.filter(({ valid }) => valid).length;
    const summary = { total, valid: good, invalid: total - good, with_warnings: results.filter(({ warnings }) => warnings.length > 0).length };
    const answer: BatchValidation = { valid: good === total, is_valid: good === total, results, summary, timestamp };
    return c.json(answer, 200);
  });
}

function validate(schema: Schema) {
  return createRoute({
    method: "post",
    path: "/validate",
    summary: "Says what is wrong or odd about a reading, or up to 1,000 in an array, and scores nothing",
    request: {
      body: {
        required: true,
        description: "A reading, an array of readings, or an array under `data`. Whatever is JSON is judged.",
        content: { "application/json": { schema: requestSchema(schema, { name: "ValidateRequest", maxReadings: MAX_READINGS }) } },
      },
    },
    responses: answers(z.union([validationSchema, batchValidationSchema]), "What was found; 200 for readings that are not valid too", [400, 413, 415]),
  });
}
