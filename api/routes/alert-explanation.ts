import { createRoute, z } from "@hono/zod-openapi";
import type { Evidence } from "../../engine/task/evidence.ts";
import { readingsBatch } from "../score.ts";
import { alertExplanationSchema, type AlertExplanation, type Explanation } from "../contract.ts";
import { Explainer, type Explaining } from "../explain.ts";
import { briefOf, noModel } from "../model-brief.ts";
import type { Api, AppOptions } from "../options.ts";
import { refuse, type Refusal } from "../problem.ts";
import { RequestReader } from "../requested.ts";
import { addRoute, answers } from "./route.ts";

/** As alerts are named: partition and offset of the reading, and what else raised it. */
const ID = /^(\d{1,9})_(\d{1,16})(?:_.*)?$/s;

export function alertExplanationRoutes(app: Api, options: AppOptions): void {
  const { pipeline, models, feed, readingAt, kernel, now } = options;
  const explainer = new Explainer(options);
  const reader = new RequestReader(kernel, pipeline.schema);

  addRoute(app, "read", why(pipeline.event), async (c) => {
    const id = c.req.param("id")!;
    const model = models.current;
    const respond = (by: Explaining, basis: AlertExplanation["basis"], explained: Explanation) => {
      const answer: AlertExplanation = { alert_id: id, basis, ...explained, timestamp: new Date(now()).toISOString(), model_info: briefOf(by) };
      return c.json(answer, 200);
    };
    const evidence = feed?.evidence.of(id) ?? null;
    const scored = evidence?.scored ?? null;
    const raisedBy = scored && modelOf(scored);
    if (scored && raisedBy) return respond(raisedBy, "window", explainer.row(raisedBy, scored.features, { readings: scored.readings, values: evidence!.values }));
    if (!model) return refuse(c, noModel(models));
    if (evidence) return respond(model, "reading", explainer.explain(model, alone(evidence.values))[0]!);
    const [, partition, offset] = ID.exec(id) ?? [];
    const value = readingAt && offset !== undefined ? await readingAt(Number(partition), Number(offset)) : null;
    if (value === null) return refuse(c, unknown(id));
    const read = reader.read(value, { most: 1, nowMs: now() });
    if ("refusal" in read || read.batch.count !== 1) return refuse(c, unknown(id));
    const values = Float64Array.from(read.batch.columns, (column) => column[0]!);
    return respond(model, "reading", explainer.explain(model, alone(values))[0]!);
  });

  function modelOf({ modelId, isTrial }: NonNullable<Evidence["scored"]>): Explaining | null {
    const model = models.find(modelId);
    if (!model) return null;
    return isTrial && model.trial ? { ...model.trial, card: null } : model;
  }

  /** Of no sensor, so that no window of now is taken for the one of then. */
  function alone(values: Float64Array) {
    return readingsBatch(pipeline.schema.fields.length, [{ timeMs: now(), values: [...values], sensor: null }]);
  }
}

const unknown = (id: string): Refusal => ({ code: "MGV_NOT_FOUND", detail: `Nothing is held of an alert ${JSON.stringify(id.slice(0, 100))}: there is none, or it is older than the newest 200 of this process.` });

const why = (event: string) => createRoute({
  method: "get",
  path: "/alerts/{id}/explanation",
  summary: "Why an alert was raised: what each feature and field added to the prediction",
  request: { params: z.object({ id: z.string().openapi({ example: "0_1234" }) }) },
  responses: answers(alertExplanationSchema(event), "The prediction behind the alert, and what it is made of", [404, 422, 503]),
});
