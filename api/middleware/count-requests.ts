import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { AppOptions } from "../options.ts";

/** Counts and times every request under the pattern of its route; `unmatched` where none fits. */
export function countRequests({ metrics, now }: Pick<AppOptions, "metrics" | "now">): MiddlewareHandler {
  return async (c, next) => {
    const startedMs = now();
    await next();
    const route = matchedRoutes(c).findLast(({ method }) => method !== "ALL")?.path ?? "unmatched";
    metrics.httpRequest({ method: c.req.method, route, status: c.res.status, seconds: Math.max(0, now() - startedMs) / 1000 });
  };
}
