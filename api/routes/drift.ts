import { createRoute, z } from "@hono/zod-openapi";
import { driftSchema, type DriftAnswer } from "../contract.ts";
import { driftAnswer, withoutReference } from "../drift-answer.ts";
import { noModel } from "../model-brief.ts";
import type { Api, AppOptions } from "../options.ts";
import { refuse, refusalOfErrors } from "../problem.ts";
import { parameterErrors } from "../query-parameters.ts";
import { addRoute, answers } from "./route.ts";

const HOURS = { least: 1, most: 720, usual: 24 };

/** An answer is given again for so long: a look at the history takes time. */
const FRESH_MS = 60_000;

export function driftRoutes(app: Api, { models, fieldsSeen, now }: AppOptions): void {
  let known: { readonly key: string; readonly atMs: number; readonly answer: DriftAnswer } | null = null;
  let looking: { readonly key: string; readonly answer: Promise<DriftAnswer> } | null = null;

  addRoute(app, "read", drift, async (c) => {
    const errors = parameterErrors(c.req.queries(), ["hours"]);
    if (errors.length > 0) return refuse(c, refusalOfErrors(errors));
    const given = c.req.query("hours") ?? String(HOURS.usual);
    const hours = /^\d{1,4}$/.test(given) ? Number(given) : NaN;
    if (!(hours >= HOURS.least && hours <= HOURS.most)) return refuse(c, { code: "MGV_USAGE", detail: `hours must be a whole number from ${HOURS.least} to ${HOURS.most}, not ${JSON.stringify(given)}.` });
    const model = models.current;
    if (!model) return refuse(c, noModel(models));
    const references = model.card?.reference;
    if (!references) return c.json(withoutReference(model, hours), 200);
    if (!fieldsSeen) return refuse(c, { code: "MGV_NOT_READY", detail: "There is no history to look at: the pipeline keeps none, or this process does not know where it is. npm start keeps one." });
    const key = `${model.version} ${hours}`;
    if (known?.key === key && now() - known.atMs < FRESH_MS) return c.json(known.answer, 200);
    if (looking && looking.key !== key) return refuse(c, { code: "MGV_NOT_READY", detail: "The history is being looked at for another question. Ask again soon." });
    looking ??= { key, answer: fieldsSeen(references, hours).then((seen) => driftAnswer(model, references, { seen, hours })).finally(() => (looking = null)) };
    const answer = await looking.answer;
    known = { key, atMs: now(), answer };
    return c.json(answer, 200);
  });
}

const drift = createRoute({
  method: "get",
  path: "/drift",
  summary: "How the newest readings of the history differ from those that the model was trained on, field by field",
  request: { query: z.object({ hours: z.coerce.number().int().min(HOURS.least).max(HOURS.most).default(HOURS.usual).openapi({ description: "Of event time, up to the newest reading." }) }) },
  responses: answers(driftSchema, "Distances and what they mean", [400, 503]),
});
