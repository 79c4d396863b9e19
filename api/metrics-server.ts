import { Hono } from "hono";
import type { Metrics } from "../engine/monitoring/metrics.ts";
import { serveApp, type RunningServer } from "./server.ts";

/** Serves nothing but `/metrics`, for an engine that has no API beside it. */
export function serveMetrics(metrics: Metrics, at: { host: string; port: number }): Promise<RunningServer> {
  const app = new Hono();
  app.get("/metrics", async (c) => c.text(await metrics.text(), 200, { "Content-Type": metrics.contentType }));
  return serveApp(app, at);
}
