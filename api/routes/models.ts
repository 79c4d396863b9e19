import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { MangroveError } from "../../kernel-as/errors.ts";
import { hasBody, readJson } from "../body.ts";
import { changedModelSchema, keptModelsSchema, type ChangedModel } from "../contract.ts";
import type { Api, ApiEnv, AppOptions, ModelShelf } from "../options.ts";
import { refuse, type Refusal } from "../problem.ts";
import { addRoute, answers } from "./route.ts";

export function modelsRoutes(app: Api, { shelf, models }: AppOptions): void {
  addRoute(app, "read", list, async (c) => (shelf ? c.json({ models: [...(await shelf.list())] }, 200) : refuse(c, noShelf)));

  addRoute(app, "admin", promote, (c) =>
    change(c, async (shelf, about) => {
      const version = c.req.param("version") ?? "";
      const known = (await shelf.list()).some((model) => model.version === version);
      if (!known) return { code: "MGV_NOT_FOUND", detail: `No model ${version} is kept; GET /models lists those that are.` };
      await shelf.promote(version, about);
      return null;
    }),
  );

  addRoute(app, "admin", rollback, (c) =>
    change(c, async (shelf, about) => {
      await shelf.rollback(about);
      return null;
    }),
  );

  /** The answer names what is in use afterwards: a model that the file names and this process refuses is not. */
  async function change(c: Context<ApiEnv>, work: (shelf: ModelShelf, about: { by: string; reason: string }) => Promise<Refusal | null>): Promise<Response> {
    if (!shelf) return refuse(c, noShelf);
    const about = await aboutOf(c);
    const refusal = "code" in about ? about : await work(shelf, about).catch(asRefusal);
    if (refusal) return refuse(c, refusal);
    await models.refresh({ force: true });
    const champion = (await shelf.list()).find(({ alias }) => alias === "champion")!;
    const answer: ChangedModel = { champion, in_use: models.current?.version ?? null };
    return c.json(answer, 200);
  }
}

const noShelf: Refusal = { code: "MGV_NOT_READY", detail: "This process keeps no models: start it with mangrove api or mangrove up." };

function asRefusal(thrown: unknown): Refusal {
  const { code } = MangroveError.from(thrown);
  if (code !== "MGV_MODEL_MISSING") throw thrown;
  return { code, status: 422, detail: "The files of that model are not there any more, or there is no champion before this one; GET /models lists what is kept." };
}

async function aboutOf(c: Context<ApiEnv>): Promise<{ by: string; reason: string } | Refusal> {
  const caller = c.get("caller");
  const sender = caller.kind === "holder" ? `key ${caller.holder.name}` : "HTTP";
  const about = { by: sender, reason: `${c.req.method} ${c.req.path}` };
  if (!hasBody(c.req.raw)) return about;
  const body = await readJson(c.req.raw);
  if ("refusal" in body) return body.refusal;
  const given = aboutSchema.safeParse(body.value);
  if (!given.success) return { code: "MGV_JSON", detail: 'The body must be like {"by": "ada", "reason": "fewer false alarms"}, both of them texts.' };
  const by = given.data.by === undefined || caller.kind !== "holder" ? (given.data.by ?? sender) : `${given.data.by}, ${sender}`;
  return { by, reason: given.data.reason ?? about.reason };
}

const aboutSchema = z.object({ by: z.string().max(200).optional(), reason: z.string().max(2000).optional() }).openapi("About");
const request = { body: { required: false, description: "Who wants it and why, for the registry's log.", content: { "application/json": { schema: aboutSchema } } } };

const list = createRoute({
  method: "get",
  path: "/models",
  summary: "The models that are kept: the champion, the challenger, and those of before",
  responses: answers(keptModelsSchema, "The newest first", [503]),
});

const promote = createRoute({
  method: "post",
  path: "/models/{version}/promote",
  summary: "Makes a kept model the champion; from this machine, or by a key of role admin",
  request: { ...request, params: z.object({ version: z.string() }) },
  responses: answers(changedModelSchema, "It is the champion", [400, 404, 413, 415, 422, 503]),
});

const rollback = createRoute({
  method: "post",
  path: "/models/rollback",
  summary: "Makes the champion of before the champion again, bit for bit; from this machine, or by a key of role admin",
  request,
  responses: answers(changedModelSchema, "The champion now", [400, 413, 415, 422, 503]),
});
