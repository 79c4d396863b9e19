import { afterEach, expect, test } from "vitest";
import { alertExplanationSchema, type AlertExplanation } from "../../api/contract.ts";
import { EvidenceStore } from "../../engine/live/evidence-store.ts";
import { LiveFeed } from "../../engine/live/live-feed.ts";
import { Metrics } from "../../engine/monitoring/metrics.ts";
import { runEngine } from "../../engine/runtime/engine.ts";
import { referenceFeatures } from "../../engine/features/reference.ts";
import { detached, type Batch } from "../../engine/batch.ts";
import { simulatorSource } from "../../engine/source/simulator.ts";
import type { Alert } from "../../engine/task/alerts.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import smoke from "../../pipelines/smoke.ts";
import { stumpModel } from "../fixtures/model.ts";
import { card, message, startService, type Service } from "./service.ts";

const feeds: LiveFeed[] = [];
afterEach(() => {
  for (const feed of feeds.splice(0)) feed.close();
});

async function alerted(service: Service, feed: LiveFeed, sensors = 6) {
  const alerts: Alert[] = [];
  const batches: Batch[] = [];
  // some sensors are silent for so long that they are forgotten, in the midst of a batch
  const source = simulatorSource({ sensors, durationMs: 600_000, speed: "max", firesPerSensorDay: 50, faults: { silence: 0.01 } });
  await runEngine({
    kernel: service.kernel, pipeline: smoke, source, sinks: [], models: service.models, metrics: new Metrics(), watches: [feed.watch()], signal: new AbortController().signal,
    onOutput: (output) => {
      alerts.push(...output.alerts);
      batches.push(detached(output.batch));
    },
  });
  return { alerts, batches };
}

async function served() {
  const feed = new LiveFeed({ event: "fire", perSecond: 5, now: () => Date.now() });
  feeds.push(feed);
  return { feed, service: await startService({ app: { feed } }) };
}

const why = (service: Service, id: string) => service.app.request(`/alerts/${id}/explanation`);

test("an alert is explained by what the model read when it was raised: the probability is the alert's, bit for bit, and the contributions are the margin", async () => {
  const { feed, service } = await served();
  await using _ = service;
  const { alerts, batches } = await alerted(service, feed);
  expect(alerts.length).toBeGreaterThan(3);
  let withWindow = 0;
  for (const alert of alerts) {
    const response = await why(service, alert.id);
    const body = (await response.json()) as AlertExplanation;
    expect(response.status).toBe(200);
    expect(alertExplanationSchema("fire").parse(body)).toEqual(body);
    expect(body).toMatchObject({ alert_id: alert.id, basis: "window", probability: alert.value, threshold: alert.threshold, prediction: 1, model_version: alert.modelVersion });
    expect(body.contributions.reduce((sum, { contribution }) => sum + contribution, body.bias)).toBeCloseTo(body.margin, 4);
    expect(body.fields.reduce((sum, { contribution }) => sum + contribution, body.bias)).toBeCloseTo(body.margin, 4);
    withWindow += Number(body.window.readings > 1);
  }
  expect(withWindow).toBeGreaterThan(0);
  // the values are the oracle's
  const last = alerts.at(-1)!;
  const offset = Number(last.id.split("_")[1]);
  const place = batches.findIndex(({ offsets }) => offsets.includes(offset));
  const all = joined(batches.slice(0, place + 1));
  const width = card.features.length;
  const row = all.offsets.indexOf(offset);
  const features = referenceFeatures(smoke, all).subarray(row * width, (row + 1) * width);
  const body = (await (await why(service, last.id)).json()) as AlertExplanation;
  for (const { feature, value } of body.contributions) expect(value ?? NaN).toBe(features[card.features.indexOf(feature)]);
});

test("a model that has been replaced still explains the alerts that it raised", async () => {
  const { feed, service } = await served();
  await using _ = service;
  const { alerts } = await alerted(service, feed);
  const before = service.models.current!.version;
  await service.install(xgboostJson.write(withCard(service.forest, { ...card, threshold: 0.6 })));
  expect(service.models.current!.version).not.toBe(before);
  expect(await (await why(service, alerts[0]!.id)).json()).toMatchObject({ basis: "window", model_version: before, threshold: 0.4 });
});

test("a model of which contributions cannot be computed is told of", async () => {
  const { feed, service } = await served();
  await using _ = service;
  await service.install(stumpModel(smoke, "eCO2[ppm]", 420).text);
  const { alerts } = await alerted(service, feed);
  const response = await why(service, alerts[0]!.id);
  expect([response.status, await response.json()]).toMatchObject([422, { code: "MGV_MODEL_COVER" }]);
});

test("without what the model read, the reading alone is explained, and that is said; what nobody has is 404", async () => {
  const asked: [number, number][] = [];
  const readingAt = (partition: number, offset: number) => {
    asked.push([partition, offset]);
    return Promise.resolve(offset === 7 ? new TextEncoder().encode(JSON.stringify(message({ sensor_id: "room" }))) : offset === 8 ? new TextEncoder().encode("{") : null);
  };
  await using service = await startService({ app: { readingAt } });
  const response = await why(service, "3_7_smoke%20rise");
  expect([response.status, await response.json()]).toMatchObject([200, { basis: "reading", window: { readings: 1 }, model_version: service.models.current!.version }]);
  expect((await why(service, "3_8")).status).toBe(404);
  expect((await why(service, "3_9")).status).toBe(404);
  expect(asked).toEqual([[3, 7], [3, 8], [3, 9]]);
  expect([(await why(service, "nonsense")).status, (await why(service, "99999999999_1")).status]).toEqual([404, 404]);
  expect(asked).toHaveLength(3);
  await using bare = await startService();
  expect((await why(bare, "3_7")).status).toBe(404);
});

test("as much is held as was said, the newest of it", () => {
  const store = new EvidenceStore({ most: 3 });
  const evidence = (alertId: string) => ({ alertId, values: new Float64Array(0), scored: null });
  store.add(["a", "b", "c"].map(evidence));
  store.add([evidence("a"), evidence("d")]);
  expect(["a", "b", "c", "d"].map((id) => store.of(id)?.alertId ?? null)).toEqual(["a", null, "c", "d"]);
  store.add(["1", "2", "3", "4", "5"].map(evidence));
  expect(["2", "3", "5"].map((id) => store.of(id)?.alertId ?? null)).toEqual([null, "3", "5"]);
});

function joined(batches: readonly Batch[]): Batch {
  const numbers = new Map<string, number>();
  const floats = (of: (batch: Batch) => Float64Array) => Float64Array.from(batches.flatMap((batch) => [...of(batch)]));
  const names = batches.flatMap(({ sensors, names: all }) => [...sensors].map((sensor) => all.of(sensor)));
  const sensors = Uint32Array.from(names, (name) => numbers.get(name) ?? (numbers.set(name, numbers.size), numbers.size - 1));
  const offsets = floats((batch) => batch.offsets);
  const columns = smoke.schema.fields.map((_, field) => floats((batch) => batch.columns[field]!));
  return { topic: "", partition: 0, count: offsets.length, offsets, appendTimesMs: floats((batch) => batch.appendTimesMs), timesMs: floats((batch) => batch.timesMs), sensors, names: { of: (number) => [...numbers.keys()][number]! }, columns, labels: floats((batch) => batch.labels) };
}
