import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";

/** Lets pages of the origins read answers; `*` is every origin. Keys come in headers that a page must know: credentials of the browser are not taken. */
export function crossOrigin(origins: readonly string[]): MiddlewareHandler {
  return cors({
    origin: origins.includes("*") ? "*" : [...origins],
    allowHeaders: ["Authorization", "Content-Type", "X-API-Key", "X-Request-Id", "traceparent"],
    exposeHeaders: ["X-Request-Id", "Retry-After", "Allow", "RateLimit", "RateLimit-Policy", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"],
    maxAge: 600,
  });
}
