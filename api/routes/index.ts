import { createRoute, z } from "@hono/zod-openapi";
import { indexSchema, type Index } from "../contract.ts";
import type { Api, AppOptions } from "../options.ts";
import { addRoute, answers } from "./route.ts";

/** The routes about the routes: to be added last, when all others are known. */
export function indexRoutes(app: Api, { pipeline, version }: AppOptions): void {
  addRoute(app, openapi, (c) => c.json(document, 200));
  addRoute(app, index, (c) => c.json(body, 200));

  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: `Mangrove: ${pipeline.name}`, version, description: "Scores sensor readings with a forest of gradient-boosted trees." },
    servers: [{ url: "/" }],
  });
  const body: Index = {
    name: "mangrove",
    pipeline: pipeline.name,
    version,
    openapi: openapi.path,
    endpoints: Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { summary }]) => ({ method: method.toUpperCase(), path, description: summary })),
    ),
  };
}

const index = createRoute({
  method: "get",
  path: "/",
  summary: "The endpoints",
  responses: answers(indexSchema, "Name, version and endpoints"),
});

const openapi = createRoute({
  method: "get",
  path: "/openapi.json",
  summary: "This API as an OpenAPI 3.1 document",
  responses: answers(z.record(z.string(), z.unknown()), "The document"),
});
