import { createRoute } from "@hono/zod-openapi";
import { predictionStatsSchema, type StatsAnswer } from "../contract.ts";
import type { Api, RouteOptions } from "../options.ts";
import { addRoute, answers } from "./route.ts";

export function statsRoutes(app: Api, { stats: counted, now, startedAtMs }: RouteOptions): void {
  addRoute(app, "read", stats, (c) => {
    const nowMs = now();
    const body: StatsAnswer = {
      ...counted.counts(),
      last_reset: new Date(startedAtMs).toISOString(),
      uptime_seconds: Math.max(0, nowMs - startedAtMs) / 1000,
      timestamp: new Date(nowMs).toISOString(),
    };
    return c.json(body, 200);
  });
}

const stats = createRoute({
  method: "get",
  path: "/predictions/stats",
  summary: "What requests have had scored since the start of the process",
  responses: answers(predictionStatsSchema, "Counts, means and rates"),
});
