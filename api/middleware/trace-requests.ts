import type { MiddlewareHandler } from "hono";
import { parseTraceParent, traceParentText } from "../../engine/monitoring/trace/trace-parent.ts";
import type { Tracer } from "../../engine/monitoring/trace/tracer.ts";
import type { ApiEnv } from "../options.ts";
import { routeOf } from "./route-of.ts";

/** Asked for every few seconds, by machines. */
const UNTRACED: ReadonlySet<string> = new Set(["/livez", "/readyz", "/health", "/metrics"]);

/** A span for each request, in the trace that it comes with; its answer says which that is. Names and attributes are those of OpenTelemetry's conventions for HTTP. */
export function traceRequests(tracer: Tracer): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const { method, path } = c.req;
    if (UNTRACED.has(path)) return next();
    const span = tracer.start("server", parseTraceParent(c.req.header("traceparent")));
    c.set("traceId", span.parent.traceId);
    await next();
    const { status, headers } = c.res;
    headers.set("traceparent", traceParentText(span.parent));
    const route = routeOf(c);
    span.end({
      name: `${method} ${route}`,
      attributes: { "http.request.method": method, "http.route": route, "url.path": path, "url.scheme": "http", "http.response.status_code": status, "mangrove.request_id": c.get("requestId") },
      hasFailed: status >= 500,
    });
  };
}
