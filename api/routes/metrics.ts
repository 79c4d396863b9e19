import { createRoute, z } from "@hono/zod-openapi";
import type { Api, AppOptions } from "../options.ts";
import { addRoute } from "./route.ts";

export function metricsRoutes(app: Api, { metrics, models, now }: AppOptions): void {
  addRoute(app, "read", scrape, async (c) => {
    const model = models.current;
    if (model) metrics.model(model, now());
    return c.body(await metrics.text(), 200, { "Content-Type": metrics.contentType });
  });
}

const scrape = createRoute({
  method: "get",
  path: "/metrics",
  summary: "Metrics for Prometheus",
  responses: { 200: { description: "Prometheus' text format", content: { "text/plain": { schema: z.string() } } } },
});
