import { createRoute } from "@hono/zod-openapi";
import { healthSchema, statusSchema, type Health } from "../contract.ts";
import { modelFile, modelProblem, notReady, waiting } from "../model-brief.ts";
import type { Api, RouteOptions } from "../options.ts";
import { refuse } from "../problem.ts";
import { addRoute, answers } from "./route.ts";

export function healthRoutes(app: Api, options: RouteOptions): void {
  const { pipeline, models, now, startedAtMs, version, ready, concern, guarantee, stats } = options;
  const stateOf = (...reasons: (string | null)[]) => (reasons.every((reason) => reason === null) ? "healthy" : "degraded");

  addRoute(app, null, health, (c) => {
    const nowMs = now();
    const model = pipeline.isScored ? modelProblem(models) : null;
    const stream = [ready?.() ?? null, concern?.() ?? null];
    const body: Health = {
      status: stateOf(model, ...stream),
      reasons: [model, ...stream].filter((reason) => reason !== null),
      timestamp: new Date(nowMs).toISOString(),
      services: { api: "healthy", model: stateOf(model), ...((ready ?? concern) && { stream: stateOf(...stream) }) },
      model_loaded: models.current !== null,
      model_path: modelFile(models),
      model_version: models.current?.version ?? null,
      last_prediction_time: stats.lastTime,
      uptime_seconds: Math.max(0, nowMs - startedAtMs) / 1000,
      version,
      guarantee: guarantee?.() ?? null,
    };
    return c.json(body, 200);
  });

  addRoute(app, null, livez, (c) => c.json({ status: "alive" }, 200));

  addRoute(app, null, readyz, (c) => {
    const refusal = pipeline.isScored ? notReady(models, ready) : waiting(ready);
    return refusal ? refuse(c, refusal) : c.json({ status: "ready" }, 200);
  });
}

const health = createRoute({
  method: "get",
  path: "/health",
  summary: "How the service is doing; always 200",
  responses: answers(healthSchema, "Healthy or degraded"),
});

const livez = createRoute({
  method: "get",
  path: "/livez",
  summary: "Whether the process answers at all",
  responses: answers(statusSchema, "It does"),
});

const readyz = createRoute({
  method: "get",
  path: "/readyz",
  summary: "Whether readings can be scored",
  responses: answers(statusSchema, "They can", [503]),
});
