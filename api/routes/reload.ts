import { createRoute } from "@hono/zod-openapi";
import { reloadedSchema, reloadFailedSchema, type Reloaded, type ReloadFailed } from "../contract.ts";
import { modelProblem } from "../model-brief.ts";
import { infoOf } from "../model-info.ts";
import type { Api, AppOptions } from "../options.ts";
import { problemOf } from "../problem.ts";
import { addRoute, answers } from "./route.ts";

export function reloadRoutes(app: Api, options: AppOptions): void {
  const { models, now } = options;

  addRoute(app, "admin", reload, async (c) => {
    const before = models.current;
    await models.refresh({ force: true });
    const { current, problem } = models;
    const model_info = current && (await infoOf(current, options));
    const timestamp = new Date(now()).toISOString();
    if (problem === null && model_info !== null) {
      const changed = current !== before;
      const message = changed ? `Version ${model_info.version} is in use now.` : `The file was read again: it is version ${model_info.version}, which is in use.`;
      const body: Reloaded = { status: "success", message, changed, model_info, timestamp };
      return c.json(body, 200);
    }
    const stays = current ? ` Version ${current.version} stays in use.` : "";
    const message = `The model could not be loaded: ${modelProblem(models)}${stays}`;
    const failed: ReloadFailed = { ...problemOf(c, { code: problem?.code ?? "MGV_MODEL_MISSING", status: 500, detail: message }), status: "error", message, model_info, timestamp };
    return c.body(JSON.stringify(failed), 500, { "Content-Type": "application/problem+json" });
  });
}

const reload = createRoute({
  method: "post",
  path: "/model/reload",
  summary: "Reads the model file again, whether it has changed or not; from this machine, or with a key of role admin",
  responses: {
    ...answers(reloadedSchema, "It is in use", [403]),
    500: { description: "The file cannot be used; the model in use stays", content: { "application/problem+json": { schema: reloadFailedSchema } } },
  },
});
