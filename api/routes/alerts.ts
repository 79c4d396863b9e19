import { createRoute, z } from "@hono/zod-openapi";
import { nameOf } from "../access/caller.ts";
import { hasBody, readJson } from "../body.ts";
import { acknowledgeRequestSchema, alertSchema, alertsSchema } from "../contract.ts";
import type { Api, AppOptions } from "../options.ts";
import { refuse, refusalOfErrors, type Refusal } from "../problem.ts";
import { parameterErrors } from "../query-parameters.ts";
import { addRoute, answers } from "./route.ts";

const LIMIT = { most: 1000, usual: 100 };

export function alertRoutes(app: Api, { alerts }: AppOptions): void {
  addRoute(app, "read", list, (c) => {
    const errors = parameterErrors(c.req.queries(), ["limit"]);
    if (errors.length > 0) return refuse(c, refusalOfErrors(errors));
    const given = c.req.query("limit") ?? String(LIMIT.usual);
    const limit = /^\d{1,4}$/.test(given) ? Number(given) : NaN;
    if (!(limit >= 1 && limit <= LIMIT.most)) return refuse(c, { code: "MGV_USAGE", detail: `limit must be a whole number from 1 to ${LIMIT.most}, not ${JSON.stringify(given)}.` });
    if (!alerts) return refuse(c, nowhere);
    return c.json({ alerts: alerts.list(limit) }, 200);
  });

  addRoute(app, "predict", acknowledge, async (c) => {
    const id = c.req.param("id")!;
    const body = hasBody(c.req.raw) ? await readJson(c.req.raw) : { value: {} };
    if ("refusal" in body) return refuse(c, body.refusal);
    const about = acknowledgeRequestSchema.strict().safeParse(body.value);
    if (!about.success) return refuse(c, { code: "MGV_JSON", status: 422, detail: "The body must be an object with `by` and `note`, texts of at most 200 and 1,000 characters, or be left out." });
    if (!alerts) return refuse(c, nowhere);
    const { by, note = null } = about.data;
    const caller = c.get("caller");
    const sender = nameOf(caller, c.env?.remoteAddress);
    const alert = await alerts.acknowledge(id, { by: by === undefined ? sender : caller.kind === "holder" ? `${by}, ${sender}` : by, note });
    return alert ? c.json(alert, 200) : refuse(c, { code: "MGV_NOT_FOUND", detail: `There is no alert ${JSON.stringify(id)} among the newest ones: GET /alerts tells them.` });
  });
}

const nowhere: Refusal = { code: "MGV_NOT_READY", detail: "This process knows of no alerts: ask the one that npm start runs, or set KAFKA_BOOTSTRAP_SERVERS." };

const list = createRoute({
  method: "get",
  path: "/alerts",
  summary: "The newest alerts, whether somebody has acknowledged them, and who was told",
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(LIMIT.most).default(LIMIT.usual) }) },
  responses: answers(alertsSchema, "The alerts", [400, 503]),
});

const acknowledge = createRoute({
  method: "post",
  path: "/alerts/{id}/acknowledge",
  summary: "Says that somebody takes care of an alert: people are not reminded of it any more. The first one who does is named",
  request: { params: z.object({ id: z.string() }), body: { required: false, content: { "application/json": { schema: acknowledgeRequestSchema } } } },
  responses: answers(alertSchema, "The alert", [400, 404, 413, 415, 422, 503]),
});
