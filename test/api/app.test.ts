import { expect, test } from "vitest";
import { healthSchema, indexSchema, type Index } from "../../api/contract.ts";
import smoke from "../../pipelines/smoke.ts";
import { bodyOf, message, startService, START_MS } from "./service.ts";

test("health tells how the service is doing", async () => {
  await using service = await startService();
  const response = await service.app.request("/health");
  const body = await response.json();
  expect(body).toEqual(healthSchema.parse(body));
  expect(body).toEqual({
    status: "healthy",
    reasons: [],
    services: { api: "healthy", model: "healthy" },
    timestamp: new Date(START_MS + 90_000).toISOString(),
    model_loaded: true,
    model_path: "smoke_detection_model.json",
    model_version: service.models.current!.version,
    last_prediction_time: null,
    uptime_seconds: 90,
    version: "9.8.7",
    guarantee: null,
  });
});

test("health tells what the engine of the process promises", async () => {
  await using service = await startService({ app: { guarantee: () => "at-least-once" } });
  expect(await (await service.app.request("/health")).json()).toMatchObject({ guarantee: "at-least-once" });
});

test("a stream that is not ready makes readyz wait, health degraded, and keeps livez alive", async () => {
  let waitingFor: string | null = "the broker at localhost:9092";
  await using service = await startService({ app: { ready: () => waitingFor } });
  const readyz = await service.app.request("/readyz");
  expect(readyz.status).toBe(503);
  expect(await readyz.json()).toMatchObject({ detail: "Waiting for the broker at localhost:9092." });
  expect(await (await service.app.request("/health")).json()).toMatchObject({ status: "degraded", reasons: [waitingFor] });
  expect((await service.app.request("/livez")).status).toBe(200);
  expect((await service.post(message())).status).toBe(200);
  waitingFor = null;
  expect((await service.app.request("/readyz")).status).toBe(200);
});

test("a concern about the stream makes health degraded, and readyz does not wait for it", async () => {
  await using service = await startService({ app: { concern: () => "61 dead letters in the last minute, more than 60" } });
  expect(await (await service.app.request("/health")).json()).toMatchObject({ status: "degraded", reasons: ["61 dead letters in the last minute, more than 60"] });
  expect((await service.app.request("/readyz")).status).toBe(200);
});

test("metrics count requests by route and status, and the predictions made", async () => {
  await using service = await startService();
  await service.post([message(), message(), message({ CNT: "x" })]);
  await service.post({});
  await service.app.request("/health");
  await service.app.request("/health", { method: "HEAD" });
  await service.app.request("/some/random/path");
  // not every runtime makes a request of any method
  await service.app.fetch(Object.defineProperty(new Request("http://a/health"), "method", { value: "RANDOM" }));
  const response = await service.app.request("/metrics");
  expect(response.headers.get("Content-Type")).toBe(service.metrics.contentType);
  const lines = (await response.text()).split("\n");
  const version = service.models.current!.version;
  expect(lines).toEqual(
    expect.arrayContaining([
      'mangrove_http_requests_total{method="POST",route="/predict",status="200"} 1',
      'mangrove_http_requests_total{method="POST",route="/predict",status="422"} 1',
      'mangrove_http_requests_total{method="GET",route="/health",status="200"} 1',
      'mangrove_http_requests_total{method="GET",route="unmatched",status="404"} 1',
      'mangrove_http_requests_total{method="other",route="unmatched",status="405"} 1',
      'mangrove_http_request_duration_seconds_count{method="POST",route="/predict"} 2',
      `mangrove_predictions_total{result="no_fire",model_version="${version}",source="http"} 2`,
      `mangrove_predictions_total{result="fire",model_version="${version}",source="http"} 0`,
    ]),
  );
  expect(lines.join().toLowerCase()).not.toContain("random");
});

test("metrics name the model in use", async () => {
  await using service = await startService();
  const text = await (await service.app.request("/metrics")).text();
  expect(text).toContain(`mangrove_model_info{version="${service.models.current!.version}",trained_on="simulated"} 1`);
});

test("answers carry the request's id, or a new one", async () => {
  let ids = 0;
  await using service = await startService({ app: { newId: () => `new-${++ids}` } });
  const idOf = async (headers: Record<string, string>) => (await service.app.request("/livez", { headers })).headers.get("X-Request-Id");
  expect(await idOf({})).toBe("new-1");
  expect(await idOf({ "X-Request-Id": "mine" })).toBe("mine");
  expect(await idOf({ "X-Request-Id": "not an id" })).toBe("new-2");
});

interface Operation {
  summary: string;
  responses: Record<string, { description: string }>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties: Record<string, object>; required: string[] }> };
}

test("openapi.json is an OpenAPI 3.1 document: every route is in it, every reference leads somewhere", async () => {
  await using service = await startService();
  const document = await bodyOf<Document>(service.app.request("/openapi.json"));
  expect(document.openapi).toBe("3.1.0");
  expect(document.info).toMatchObject({ title: "Mangrove: smoke", version: "9.8.7" });

  const routes = service.app.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  const described = Object.entries(document.paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`));
  expect(routes.length).toBeGreaterThanOrEqual(8);
  expect(described.sort()).toEqual(routes.sort());

  for (const operation of Object.values(document.paths).flatMap((item) => Object.values(item))) {
    expect(operation.summary).not.toBe("");
    expect(operation.responses["200"] ?? operation.responses["202"]).toBeDefined();
    for (const [status, response] of Object.entries(operation.responses)) {
      expect(status).toMatch(/^([1-5]\d\d|default)$/);
      expect(response.description).not.toBe("");
    }
  }

  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, reference]) => reference!);
  expect(references.length).toBeGreaterThan(10);
  const target = (reference: string) =>
    reference.replace(/^#\//, "").split("/").reduce<unknown>((node, key) => (node as Record<string, unknown>)?.[key], document);
  expect(references.filter((reference) => typeof target(reference) !== "object")).toEqual([]);
});

test("the document describes a reading as the pipeline's schema does", async () => {
  await using service = await startService();
  const document = await bodyOf<Document>(service.app.request("/openapi.json"));
  const { properties, required } = document.components.schemas["Reading"]!;
  expect(properties["Temperature[C]"]).toMatchObject({ minimum: -40, maximum: 125, description: expect.stringContaining("`Temperature`") });
  expect(properties["PM2.5"]).toMatchObject({ type: ["number", "null"], description: expect.stringContaining("µg/m³") });
  expect(properties["CNT"]).not.toHaveProperty("maximum");
  expect(required).toEqual(smoke.schema.fields.filter((field) => field.missing !== "absent").map((field) => field.name));
});

test("the index names every route of the document", async () => {
  await using service = await startService();
  const body = await bodyOf<Index>(service.app.request("/"));
  expect(body).toEqual(indexSchema.parse(body));
  const document = await bodyOf<Document>(service.app.request("/openapi.json"));
  expect([...new Set(body.endpoints.map((each) => each.path))]).toEqual(Object.keys(document.paths));
  expect(body.endpoints).toContainEqual({ method: "POST", path: "/predict", description: expect.stringContaining("Scores") });
});
