import type { MiddlewareHandler } from "hono";
import type { ApiEnv, AppOptions } from "../options.ts";
import { routeOf } from "./route-of.ts";

/** Some runtimes take any word for a method, and a counter for each would have no end. */
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Counts and times every request under the pattern of its route; `unmatched` where none fits. */
export function countRequests({ metrics, now }: Pick<AppOptions, "metrics" | "now">): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const startedMs = c.env?.entry?.startedMs ?? now();
    metrics.httpInProgress(1);
    try {
      await next();
    } finally {
      metrics.httpInProgress(-1);
    }
    metrics.httpRequest({ method: METHODS.has(c.req.method) ? c.req.method : "other", route: routeOf(c), status: c.res.status, seconds: Math.max(0, now() - startedMs) / 1000 });
  };
}
