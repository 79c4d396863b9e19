import type { Context } from "hono";
import { matchedRoutes } from "hono/route";

/** The pattern of the route that answers; `unmatched` where none fits. */
export function routeOf(c: Context): string {
  return matchedRoutes(c).findLast(({ method }) => method !== "ALL")?.path ?? "unmatched";
}
