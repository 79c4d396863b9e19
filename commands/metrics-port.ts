import { serveMetrics } from "../api/metrics-server.ts";
import type { Runtime } from "./runtime.ts";
import { tell } from "./terminal.ts";

/** Serves /metrics, and whether the process is ready, on PROMETHEUS_PORT, if that is set, until disposed. `ready` says what it waits for. */
export async function openMetrics({ config, metrics }: Runtime, ready: () => string | null): Promise<AsyncDisposable | null> {
  if (config.prometheusPort === null) return null;
  const server = await serveMetrics(metrics, { host: config.host, port: config.prometheusPort }, ready);
  tell(`metrics ${server.url}/metrics`, { event: "metrics.listening" });
  return { [Symbol.asyncDispose]: () => server.close() };
}
