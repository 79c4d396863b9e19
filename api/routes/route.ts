import type { createRoute, z } from "@hono/zod-openapi";
import type { Handler } from "hono";
import { refusalOf } from "../access/caller.ts";
import type { Role } from "../access/role.ts";
import { problemSchema } from "../contract.ts";
import type { Api, ApiEnv } from "../options.ts";
import { refuse } from "../problem.ts";

const meanings = {
  400: "The request cannot be read",
  401: "An API key is asked for, and there is none that counts",
  403: "The key's role does not cover it; or, where no key is asked for, it is answered on the machine itself only, or not to pages of other origins",
  404: "Nothing has this name",
  409: "Something that excludes it is going on",
  413: "The request is too large",
  415: "The body is compressed, or encoded otherwise",
  422: "What was sent can be read, and is not valid",
  429: "Too many requests; Retry-After says when the next one is taken",
  503: "Not ready yet; the detail says for what, Retry-After when to ask again",
  default: "Any other problem",
} as const;

/**
 * Adds a route and its description. `role` is what it asks of a caller; null: nothing. Unlike `app.openapi` it puts no validator before the handler: readings are checked
 * by engine/decode, as those of the stream are.
 */
export function addRoute(app: Api, role: Role | null, route: ReturnType<typeof createRoute>, handler: Handler<ApiEnv>): void {
  if (role === null) {
    app.openAPIRegistry.registerPath(route);
    app.on(route.method, route.getRoutingPath(), handler);
    return;
  }
  const security = [{ bearer: [role] }, { apiKey: [role] }];
  app.openAPIRegistry.registerPath({ ...route, security, responses: { ...route.responses, ...problemAnswers([401, 403, 429, "default"]) } });
  app.on(route.method, route.getRoutingPath(), (c, next) => {
    if (role === "admin") c.set("isAct", true);
    const refusal = refusalOf(c, role);
    return refusal ? refuse(c, refusal) : handler(c, next);
  });
}

/** What OpenAPI says of a route's answers: 200, or another status, with a JSON body, or problem details under the given statuses. */
export function answers(schema: z.ZodType, description: string, refusals: readonly (keyof typeof meanings)[] = [], status: 200 | 202 = 200) {
  return { [status]: { description, content: { "application/json": { schema } } }, ...problemAnswers([...refusals, "default"]) };
}

/** What OpenAPI says of refusals. */
export function problemAnswers(statuses: readonly (keyof typeof meanings)[]) {
  const content = { "application/problem+json": { schema: problemSchema } };
  return Object.fromEntries(statuses.map((status) => [status, { description: meanings[status], content }]));
}
