import { createRoute, z } from "@hono/zod-openapi";
import { accepts } from "hono/accepts";
import { endpointsOf } from "../endpoints.ts";
import { indexSchema, type Index } from "../contract.ts";
import type { Api, AppOptions } from "../options.ts";
import { docsPage, docsPolicy } from "../ui/docs-page.ts";
import { livePage, livePolicy } from "../ui/live-page.ts";
import type { OpenApi } from "../ui/open-api.ts";
import { addRoute, answers, problemAnswers } from "./route.ts";

/** The routes about the routes: to be added last, when all others are known. */
export function indexRoutes(app: Api, { pipeline, version, keys }: AppOptions): void {
  addRoute(app, null, openapi, (c) => c.json(keys?.asks ? document : openDocument, 200));
  addRoute(app, null, index, (c) => {
    if (accepts(c, { header: "Accept", supports: ["application/json", "text/html"], default: "application/json" }) === "text/html") {
      c.header("Content-Security-Policy", livePolicy);
      return (live ??= livePage()).page.answer(c, { vary: ["Accept"] });
    }
    c.header("Vary", "Accept");
    return c.json(body, 200);
  });
  addRoute(app, null, files, (c, next) => (live ??= livePage()).files.get(c.req.param("name")!)?.answer(c) ?? next());
  addRoute(app, null, docs, (c) => {
    c.header("Content-Security-Policy", docsPolicy);
    return c.html((page ??= docsPage(document as unknown as OpenApi)), 200);
  });

  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer", description: "An API key, as `mangrove keys add` makes it." });
  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", { type: "apiKey", in: "header", name: "X-API-Key" });
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: `Mangrove: ${pipeline.name}`, version, description: "Scores sensor readings with a forest of gradient-boosted trees." },
    servers: [{ url: "/" }],
  });
  const openDocument = withoutKeys(document);
  let page: string | null = null;
  let live: ReturnType<typeof livePage> | null = null;
  const body: Index = {
    name: "mangrove",
    pipeline: pipeline.name,
    version,
    openapi: openapi.path,
    endpoints: endpointsOf(document),
  };
}

/** The document of a service that asks for no key. */
function withoutKeys<Document extends ReturnType<Api["getOpenAPI31Document"]>>(document: Document): Document {
  const open = structuredClone(document);
  for (const item of Object.values(open.paths ?? {})) for (const operation of Object.values(item)) if ("security" in operation) operation.security = [{}, ...operation.security];
  return open;
}

const index = createRoute({
  method: "get",
  path: "/",
  summary: "The endpoints; to browsers the live page",
  responses: { ...answers(indexSchema, ""), 200: { description: "Name, version and endpoints; or the page", content: { "application/json": { schema: indexSchema }, "text/html": { schema: z.string() } } } },
});

const docs = createRoute({
  method: "get",
  path: "/docs",
  summary: "This API as a page that tries it",
  responses: { 200: { description: "The page", content: { "text/html": { schema: z.string() } } } },
});

const openapi = createRoute({
  method: "get",
  path: "/openapi.json",
  summary: "This API as an OpenAPI 3.1 document",
  responses: answers(z.record(z.string(), z.unknown()), "The document"),
});

const files = createRoute({
  method: "get",
  path: "/ui/{name}",
  summary: "A file that the live page loads",
  request: { params: z.object({ name: z.string().openapi({ example: "app.js" }) }) },
  responses: { 200: { description: "The file", content: { "text/css": { schema: z.string() }, "text/javascript": { schema: z.string() } } }, ...problemAnswers([404, "default"]) },
});
