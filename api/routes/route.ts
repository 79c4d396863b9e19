import type { createRoute, z } from "@hono/zod-openapi";
import type { Handler } from "hono";
import { problemSchema } from "../contract.ts";
import type { Api, ApiEnv } from "../options.ts";

const meanings = {
  400: "The request cannot be read",
  413: "The request is too large",
  422: "A reading is not valid",
  503: "Not ready yet; the detail says for what, Retry-After when to ask again",
  default: "Any other problem",
} as const;

/**
 * Adds a route and its description. Unlike `app.openapi` it puts no validator before the handler: readings are checked
 * by engine/decode, as those of the stream are.
 */
export function addRoute(app: Api, route: ReturnType<typeof createRoute>, handler: Handler<ApiEnv>): void {
  app.openAPIRegistry.registerPath(route);
  app.on(route.method, route.getRoutingPath(), handler);
}

/** What OpenAPI says of a route's answers: 200, or another status, with a JSON body, or problem details under the given statuses. */
export function answers(schema: z.ZodType, description: string, problems: readonly (keyof typeof meanings)[] = [], status: 200 | 202 = 200) {
  const content = { "application/problem+json": { schema: problemSchema } };
  return {
    [status]: { description, content: { "application/json": { schema } } },
    ...Object.fromEntries([...problems, "default" as const].map((status) => [status, { description: meanings[status], content }])),
  };
}
