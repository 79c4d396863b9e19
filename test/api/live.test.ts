import { gunzipSync } from "node:zlib";
import { afterEach, expect, test, vi } from "vitest";
import { latestSchema } from "../../api/contract.ts";
import { serveApp } from "../../api/server.ts";
import { LiveFeed } from "../../engine/live/live-feed.ts";
import { emptySummary } from "../../engine/runtime/summary.ts";
import { Metrics } from "../../engine/monitoring/metrics.ts";
import { runEngine } from "../../engine/runtime/engine.ts";
import { simulatorSource } from "../../engine/source/simulator.ts";
import smoke from "../../pipelines/smoke.ts";
import { events } from "../fixtures/events.ts";
import { bodyOf, startService } from "./service.ts";

const feeds: LiveFeed[] = [];
afterEach(() => {
  for (const feed of feeds.splice(0)) feed.close();
});

/** A service whose engine has scored some simulated readings, a broken one among them. */
async function served({ isHeard = true, sensors = 12 } = {}) {
  const feed = new LiveFeed({ event: "fire", perSecond: 100, now: () => Date.now() });
  feeds.push(feed);
  const service = await startService({ app: { feed } });
  // the pulse of every second begins with the first look, and does not come in the midst of a test that takes longer
  if (isHeard) {
    vi.useFakeTimers({ toFake: ["setInterval"] });
    feed.snapshot();
    vi.useRealTimers();
  }
  const source = simulatorSource({ sensors, durationMs: 120_000, speed: "max", firesPerSensorDay: 50, faults: { missing: 0.05 } });
  const summary = await runEngine({ kernel: service.kernel, pipeline: smoke, source, sinks: [], models: service.models, metrics: new Metrics(), watches: [feed.watch()], signal: new AbortController().signal, onOutput: (_, sums) => feed.follow(sums) });
  return { feed, service, summary };
}

test("a page's first moment: the latest of each sensor, alerts, counts, and where the stream goes on", async () => {
  const { feed, service, summary } = await served();
  await using _ = service;
  const response = await service.app.request("/live");
  const body = await bodyOf<ReturnType<typeof latestSchema.parse>>(response);
  expect(latestSchema.parse(body)).toEqual(body);
  expect(body).toMatchObject({ pipeline: "smoke", event: "fire", threshold: 0.4, origin: "engine", last_event_id: feed.last });
  expect(body.predictions.map(({ sensor_id: sensor }) => sensor).sort()).toEqual(Array.from({ length: 12 }, (_, i) => `sensor-${String(i + 1).padStart(2, "0")}`));
  expect(summary.alerts).toBeGreaterThan(0);
  expect(body.alerts).toHaveLength(Math.min(200, summary.alerts));
  const server = await serveApp(service.app, { host: "127.0.0.1", port: 0 });
  using listener = await events(`${server.url}/events`, { "Last-Event-ID": body.last_event_id });
  await listener.next();
  feed.model({ version: "next", trainedOn: "simulated" });
  expect(await listener.next()).toMatchObject({ event: "model", data: { model_version: "next" } });
  feed.close();
  await server.close();
});

test("alerts are there for who comes after them, predictions are not kept while nobody looks", async () => {
  const { service, summary } = await served({ isHeard: false });
  await using _ = service;
  const body = await bodyOf<ReturnType<typeof latestSchema.parse>>(service.app.request("/live"));
  expect([body.predictions, body.alerts.length]).toEqual([[], summary.alerts]);
});

test("an answer is compressed where the client takes it, and is the same", async () => {
  const { service } = await served({ sensors: 300 });
  await using _ = service;
  const plain = await bodyOf<{ predictions: unknown[] }>(service.app.request("/live"));
  const response = await service.app.request("/live", { headers: { "Accept-Encoding": "br, gzip;q=0.8" } });
  expect(response.headers.get("content-encoding")).toBe("gzip");
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect((JSON.parse(gunzipSync(bytes).toString()) as { predictions: unknown[] }).predictions).toEqual(plain.predictions);
  expect(bytes.length).toBeLessThan(JSON.stringify(plain).length / 4);
});

test("a process without a feed has nothing to look at", async () => {
  await using bare = await startService();
  expect((await bare.app.request("/live")).status).toBe(503);
});

test("dead letters are told by their codes, thinned, and their counts leave none out", async () => {
  const feed = new LiveFeed({ event: "fire", perSecond: 2, now: () => Date.now() });
  feeds.push(feed);
  feed.follow(emptySummary());
  const listener = feed.listen({ kinds: new Set(["dead_letter"]), sensors: null }, null)!;
  const letter = (offset: number, code: string) => ({ topic: "readings", partition: 0, offset, appendTimeMs: NaN, key: null, headers: [], code, reason: `wrong ${"x".repeat(900)}`, value: new Uint8Array(3) });
  const watch = feed.watch();
  const none = { alerts: [], rows: [], scores: null, scored: null, late: new Uint8Array(0), trial: null, lateForWindows: 0, journal: [], encodePredictions: null };
  const batch = { topic: "readings", partition: 0, count: 0, offsets: new Float64Array(0), appendTimesMs: new Float64Array(0), timesMs: new Float64Array(0), sensors: new Uint32Array(0), names: { of: String }, columns: [], labels: new Float64Array(0) };
  for (let i = 0; i < 40; i++) {
    watch.write({ ...none, batch, deadLetters: [letter(2 * i, "MGV_JSON"), letter(2 * i + 1, "MGV_TIME")] });
    watch.cut()();
  }
  const told = [];
  while (told.reduce((sum, { count }) => sum + count, 0) < 80) told.push(...(await listener.take(3000))!.events.map(({ data }) => JSON.parse(data) as { code: string; count: number; offset: number; reason: string; timestamp: null }));
  expect(told.length).toBe(4);
  expect(told.filter(({ code }) => code === "MGV_JSON").reduce((sum, { count }) => sum + count, 0)).toBe(40);
  expect(told.at(-1)).toMatchObject({ timestamp: null, offset: expect.any(Number) });
  expect(told[0]!.reason.length).toBeLessThanOrEqual(300);
  expect(feed.snapshot().deadLetters).toHaveLength(4);
});
