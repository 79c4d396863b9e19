import { createRoute } from "@hono/zod-openapi";
import type { GivenLabel } from "../../engine/labels/label.ts";
import { readLabel } from "../../engine/labels/read-label.ts";
import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { listOf, readJson } from "../body.ts";
import { keptLabelsSchema, labelsRequestSchema, type FieldError, type KeptLabels } from "../contract.ts";
import type { Api, AppOptions } from "../options.ts";
import { refusalOfErrors, refuse, type Refusal } from "../problem.ts";
import { addRoute, answers } from "./route.ts";

const MAX_LABELS = 10_000;

export function feedbackRoutes(app: Api, { pipeline, keepLabels }: AppOptions): void {
  const { schema } = pipeline;
  addRoute(app, "predict", feedback(pipeline), async (c) => {
    const body = await readJson(c.req.raw);
    if ("refusal" in body) return refuse(c, body.refusal);
    if (!keepLabels) return refuse(c, nowhere);
    const list = listOf(body.value);
    const given = list?.readings ?? [body.value];
    if (given.length === 0) return refuse(c, { code: "MGV_JSON", detail: "No data provided: the body holds no label." });
    if (given.length > MAX_LABELS) return refuse(c, { code: "MGV_HTTP_BODY", status: 413, detail: `${given.length} labels are too many for one request. Send at most ${MAX_LABELS} at a time.` });
    const labels: GivenLabel[] = [];
    const errors: FieldError[] = [];
    for (const [i, each] of given.entries()) {
      const read = readLabel(schema, each);
      const pointer = list ? `${list.pointer}/${i}` : "";
      if ("sensor" in read) labels.push(read);
      else errors.push(...read.map(({ code, field, detail }) => ({ pointer: field === "" ? pointer : `${pointer}/${field}`, code, detail })));
    }
    if (errors.length > 0) {
      const refusal = refusalOfErrors(errors);
      return refuse(c, { ...refusal, status: 422, detail: `${refusal.detail}. No label was taken.` });
    }
    await keepLabels(labels);
    const answer: KeptLabels = { accepted: labels.length };
    return c.json(answer, 202);
  });
}

const nowhere: Refusal = { code: "MGV_NOT_READY", detail: "This process keeps no labels: give them to the one that npm start runs, or by `mangrove labels add`." };

function feedback({ schema, event }: Pipeline) {
  return createRoute({
    method: "post",
    path: "/feedback",
    summary: `Says what readings were, \`${event}\` or not, for the next training; up to 10,000 labels at a time, all taken or none`,
    request: { body: { required: true, description: "A label, an array of labels, or an array under `data`.", content: { "application/json": { schema: labelsRequestSchema({ schema, event, maxLabels: MAX_LABELS }) } } } },
    responses: answers(keptLabelsSchema, "They are kept", [400, 413, 415, 422, 503], 202),
  });
}
