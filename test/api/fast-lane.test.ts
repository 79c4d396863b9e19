import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { KeyRing } from "../../api/access/key-ring.ts";
import { newKey } from "../../api/access/key.ts";
import type { AnsweredRequest } from "../../api/options.ts";
import { Metrics } from "../../engine/monitoring/metrics.ts";
import { createApp } from "../../api/app.ts";
import smoke from "../../pipelines/smoke.ts";
import { message, startService, START_MS } from "./service.ts";

await using service = await startService();
const json = { "Content-Type": "application/json", "X-Request-Id": "mine" };
const good = JSON.stringify(message());

/** What an app says, and what it leaves behind, when requests go to a path. A question mark, which means nothing, leads past the fast lane. */
async function told(path: "/predict" | "/predict?", requests: readonly RequestInit[], changes: object = {}) {
  const metrics = new Metrics();
  const lines: AnsweredRequest[] = [];
  let nowMs = START_MS;
  const app = createApp({ pipeline: smoke, kernel: service.kernel, models: service.models, metrics, now: () => (nowMs += 0.5), startedAtMs: START_MS, version: "1", onRequest: (line) => lines.push(line), onError: () => {}, ...changes });
  const answers: unknown[] = [];
  for (const request of requests) {
    const answer = await app.request(path, { method: "POST", headers: json, ...request }, { remoteAddress: "127.0.0.1" });
    const body = (await answer.text()).replaceAll(/"processing_time_seconds":[\d.e-]+|"timestamp":"[^"]+"/g, "");
    answers.push([answer.status, [...answer.headers].filter(([name]) => !name.includes("ratelimit-reset")), body]);
  }
  const stats = JSON.parse(await (await app.request("/predictions/stats")).text()) as Record<string, unknown>;
  const counts = (await metrics.text()).split("\n").filter((line) => /^mangrove_(predictions_total|http_requests_total|http_request_duration_seconds_count)/.test(line) && !line.includes("stats"));
  return { answers, counts, lines: lines.filter(({ path }) => path === "/predict").map(({ id, by, method, path, status, traceId }) => ({ id, by, method, path, status, traceId })), stats: [stats["total_predictions"], stats["total_requests"], stats["fire_predictions"]] };
}

const requests: RequestInit[] = [
  { body: good },
  { body: ` ${good}\n` },
  { body: JSON.stringify(message({ "PM2.5": null, sensor_id: "kitchen" })) },
  { body: JSON.stringify([message(), message({ "Humidity[%]": 101 })]) },
  { body: JSON.stringify({ data: [message()] }) },
  { body: `{ "data": [${good}] }` },
  { body: JSON.stringify(message({ "Raw H2": "much" })) },
  { body: '{"UTC": ' },
  { body: "" },
  { body: "null" },
  { body: good, headers: { ...json, "Content-Type": "text/plain" } },
  { body: good, headers: { ...json, "Content-Type": "application/vnd.x+json; charset=utf-8" } },
  { body: good, headers: { ...json, "X-Request-Id": "a b\u00e9".slice(0, 3) } },
];

test("what goes through the fast lane is answered, counted and told of as what goes the usual way", async () => {
  const newId = () => "given";
  expect(await told("/predict", requests, { newId })).toEqual(await told("/predict?", requests, { newId }));
});

test("pages count in the fast lane too", async () => {
  const asked = ["http://localhost:5000", "https://example.org", "http://evil.example:5000", "null"].flatMap((Origin) => ["localhost:5000", "evil.example:5000"].map((Host) => ({ body: good, headers: { ...json, Origin, Host } })));
  const fast = await told("/predict", asked, { isLocalOnly: true });
  expect(fast).toEqual(await told("/predict?", asked, { isLocalOnly: true }));
  expect(fast.answers.map((answer) => (answer as [number])[0])).toEqual([200, ...Array<number>(7).fill(403)]);
});

test("keys, roles and limits count in the fast lane too", async () => {
  const keys = new KeyRing();
  const made = (["read", "predict", "admin"] as const).map((role) => newKey({ name: role, role }, { nowMs: START_MS, randomBytes }));
  keys.replace(made.map(({ key }) => key));
  const asked = [{}, ...made.map(({ secret }) => ({ Authorization: `Bearer ${secret}` })), { "X-API-Key": "wrong" }].flatMap((more) => Array.from({ length: 4 }, () => ({ body: good, headers: { ...json, ...more } })));
  const changes = { keys, rateLimit: () => 3 };
  const fast = await told("/predict", asked, changes);
  expect(fast).toEqual(await told("/predict?", asked, changes));
  expect(new Set(fast.answers.map((answer) => (answer as [number])[0]))).toEqual(new Set([200, 401, 403, 429]));
});

test("a failure inside is told of once", async () => {
  const errors: unknown[] = [];
  const { path, problem } = service.models;
  const broken = { path, problem, current: { ...service.models.current!, get forest(): never { throw new TypeError("broken"); } }, refresh: () => Promise.resolve(false) };
  const changes = { models: broken, onError: (error: unknown) => errors.push(error) };
  const { answers } = await told("/predict", [{ body: good }], changes);
  expect(answers.map((answer) => (answer as [number])[0])).toEqual([500]);
  expect(errors).toHaveLength(1);
});
