import { Hono } from "hono";
import type { Metrics } from "../engine/monitoring/metrics.ts";
import { serveApp, type RunningServer } from "./server.ts";

/** Serves `/metrics`, `/livez` and `/readyz`, for a process that has no API. `ready` says what it still waits for; null: nothing. */
export function serveMetrics(metrics: Metrics, at: { host: string; port: number }, ready: () => string | null): Promise<RunningServer> {
  const app = new Hono();
  app.get("/metrics", async (c) => c.text(await metrics.text(), 200, { "Content-Type": metrics.contentType }));
  app.get("/livez", (c) => c.json({ status: "alive" }));
  app.get("/readyz", (c) => {
    const waitsFor = ready();
    return waitsFor === null ? c.json({ status: "ready" }) : c.json({ status: "waiting", detail: `It waits for ${waitsFor}.` }, 503);
  });
  return serveApp(app, at);
}
