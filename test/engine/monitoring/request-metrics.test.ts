import * as fc from "fast-check";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { expect, test } from "vitest";
import { RequestMetrics } from "../../../engine/monitoring/request-metrics.ts";

const help = { requests: "HTTP requests.", seconds: "Their times.", inProgress: "Those under way." };
const bucketSeconds = [0.001, 0.01, 0.5];

/** What prom-client's own metrics say. */
function oracle() {
  const registry = new Registry();
  const requests = new Counter({ name: "x_requests_total", help: help.requests, labelNames: ["method", "route", "status"], registers: [registry] });
  const seconds = new Histogram({ name: "x_request_duration_seconds", help: help.seconds, buckets: bucketSeconds, labelNames: ["method", "route"], registers: [registry] });
  registry.registerMetric(new Gauge({ name: "x_requests_in_progress", help: help.inProgress, registers: [] }));
  return { registry, count: ({ method, route, status, seconds: took }: Parameters<RequestMetrics["count"]>[0]) => (requests.inc({ method, route, status: String(status) }), seconds.observe({ method, route }, took)) };
}

const sorted = (text: string) => text.split("\n").toSorted();

test("requests are told of as prom-client's own metrics tell of them, bounds of buckets included", async () => {
  const request = fc.record({
    method: fc.constantFrom("GET", "POST"),
    route: fc.constantFrom("/predict", "/models/:version", 'a "quoted\\" one'),
    status: fc.constantFrom(200, 404, 503),
    seconds: fc.oneof(fc.constantFrom(0, 0.001, 0.01, 0.5, 7), fc.integer({ min: 0, max: 1024 }).map((n) => n / 1024)),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 30 }), async (requests) => {
      const registry = new Registry();
      const metrics = new RequestMetrics(registry, { prefix: "x", bucketSeconds, help });
      const { registry: theirs, count } = oracle();
      for (const each of requests) {
        metrics.count(each);
        count(each);
      }
      expect(sorted(await registry.metrics())).toEqual(sorted(await theirs.metrics()));
    }),
  );
});

test("requests that are being answered are told of", async () => {
  const registry = new Registry();
  const metrics = new RequestMetrics(registry, { prefix: "x", bucketSeconds, help });
  for (const change of [1, 1, -1] as const) metrics.inProgress(change);
  expect(await registry.metrics()).toContain("\nx_requests_in_progress 1\n");
});
