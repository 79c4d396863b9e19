import { createRoute } from "@hono/zod-openapi";
import { healthSchema, statusSchema, type Health } from "../contract.ts";
import { modelFile, modelProblem, noModel } from "../model-brief.ts";
import type { Api, AppOptions } from "../options.ts";
import { refuse } from "../problem.ts";
import { addRoute, answers } from "./route.ts";

export function healthRoutes(app: Api, options: AppOptions): void {
  const { models, now, startedAtMs, version, ready, concern, guarantee } = options;

  addRoute(app, health, (c) => {
    const nowMs = now();
    const reasons = [modelProblem(models), ready?.() ?? null, concern?.() ?? null].filter((reason) => reason !== null);
    const body: Health = {
      status: reasons.length === 0 ? "healthy" : "degraded",
      reasons,
      timestamp: new Date(nowMs).toISOString(),
      model_loaded: models.current !== null,
      model_path: modelFile(models),
      model_version: models.current?.version ?? null,
      uptime_seconds: Math.max(0, nowMs - startedAtMs) / 1000,
      version,
      guarantee: guarantee?.() ?? null,
    };
    return c.json(body, 200);
  });

  addRoute(app, livez, (c) => c.json({ status: "alive" }, 200));

  addRoute(app, readyz, (c) => {
    if (!models.current) return refuse(c, noModel(models));
    const waitingFor = ready?.() ?? null;
    if (waitingFor !== null) return refuse(c, { code: "MGV_NOT_READY", detail: `Waiting for ${waitingFor}.` });
    return c.json({ status: "ready" }, 200);
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
