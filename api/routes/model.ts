import { createRoute } from "@hono/zod-openapi";
import { modelHealthSchema, modelInfoSchema, type ModelHealth } from "../contract.ts";
import { modelFile, modelProblem, noModel } from "../model-brief.ts";
import { infoOf } from "../model-info.ts";
import type { Api, RouteOptions } from "../options.ts";
import { refuse } from "../problem.ts";
import { addRoute, answers } from "./route.ts";

export function modelRoutes(app: Api, options: RouteOptions): void {
  const { models, stats, now } = options;

  addRoute(app, "read", info, async (c) => {
    const model = models.current;
    return model ? c.json(await infoOf(model, options), 200) : refuse(c, noModel(models));
  });

  addRoute(app, "read", health, (c) => {
    const problem = modelProblem(models);
    const model = models.current;
    const body: ModelHealth = {
      status: problem === null ? "healthy" : "degraded",
      reasons: problem === null ? [] : [problem],
      model_loaded: model !== null,
      model_path: modelFile(models),
      model_version: model?.version ?? null,
      loaded_at: model && new Date(model.loadedAtMs).toISOString(),
      last_prediction_time: stats.lastTime,
      timestamp: new Date(now()).toISOString(),
    };
    return c.json(body, 200);
  });
}

const info = createRoute({
  method: "get",
  path: "/model/info",
  summary: "The model in use: what it reads, what it was trained on, how well it did on rows it had not seen",
  responses: answers(modelInfoSchema, "The model in use", [503]),
});

const health = createRoute({
  method: "get",
  path: "/model/health",
  summary: "Whether there is a model, and whether its file is the one in use; always 200",
  responses: answers(modelHealthSchema, "Healthy or degraded"),
});
