import { createRoute } from "@hono/zod-openapi";
import { configSchema, type ConfigAnswer, type Endpoint } from "../contract.ts";
import { endpointsOf } from "../endpoints.ts";
import { modelFile } from "../model-brief.ts";
import type { Api, AppOptions } from "../options.ts";
import { MAX_READINGS } from "./predict.ts";
import { addRoute, answers } from "./route.ts";

export function configRoutes(app: Api, { pipeline, models, version, now, modelReloadIntervalMs, historyDirectory, corsOrigins = [] }: AppOptions): void {
  let endpoints: Endpoint[] | undefined;
  addRoute(app, "read", config, (c) => {
    endpoints ??= endpointsOf(app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: pipeline.name, version } }));
    const body: ConfigAnswer = {
      version,
      pipeline: pipeline.name,
      model_path: modelFile(models),
      model_loaded: models.current !== null,
      model_reload_interval: modelReloadIntervalMs === undefined ? null : modelReloadIntervalMs / 1000,
      max_batch_size: MAX_READINGS,
      supported_formats: ["application/json", "application/x-ndjson"],
      cors_enabled: corsOrigins.length > 0,
      metrics_enabled: true,
      history_enabled: historyDirectory !== undefined,
      endpoints,
      timestamp: new Date(now()).toISOString(),
    };
    return c.json(body, 200);
  });
}

const config = createRoute({
  method: "get",
  path: "/config",
  summary: "What the service is set to; no secrets, and no paths",
  responses: answers(configSchema, "Settings, limits and endpoints"),
});
