import { expect, test } from "vitest";
import { configSchema, predictionStatsSchema, type BatchAnswer, type ConfigAnswer, type ExplanationAnswer, type Index, type Prediction, type StatsAnswer } from "../../api/contract.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import { bodyOf, card, message, startService, START_MS } from "./service.ts";

test("before the first prediction there is nothing to count, and no mean is NaN", async () => {
  await using service = await startService();
  const body = await bodyOf<StatsAnswer>(service.app.request("/predictions/stats"));
  expect(body).toEqual(predictionStatsSchema.parse(body));
  expect(body).toMatchObject({ total_predictions: 0, average_confidence: 0, average_processing_time: 0, fire_detection_rate_percent: 0, last_prediction_time: null, last_reset: new Date(START_MS).toISOString() });
});

test("statistics are those of the answers that were given", async () => {
  let nowMs = START_MS;
  await using service = await startService({ app: { now: () => (nowMs += 10) } });
  const hot = message({ "TVOC[ppb]": 60_000, "eCO2[ppm]": 60_000, "PM2.5": 90_000 });
  const [calmer, hotter] = await Promise.all([message(), hot].map(async (each) => (await bodyOf<ExplanationAnswer>(service.post(each, "/explain"))).probability));
  expect(hotter).not.toBe(calmer);
  await service.install(xgboostJson.write(withCard(service.forest, { ...card, threshold: Math.max(calmer!, hotter!) })));
  const one = await bodyOf<Prediction>(service.post(message()));
  const batch = await bodyOf<BatchAnswer>(service.post([message(), hot, message({ CNT: "x" })]));
  expect((await service.post({})).status).toBe(422);
  const scored = [one, ...batch.predictions.filter((each) => "prediction" in each)];
  const fire = scored.filter(({ prediction }) => prediction === 1).length;
  expect([1, 2]).toContain(fire);
  const stats = await bodyOf<StatsAnswer>(service.app.request("/predictions/stats"));
  expect(stats).toEqual(predictionStatsSchema.parse(stats));
  expect(stats).toMatchObject({
    total_predictions: 3,
    fire_predictions: fire,
    no_fire_predictions: 3 - fire,
    batch_predictions: 2,
    total_requests: 2,
    fire_detection_rate_percent: (100 * fire) / 3,
    safe_detection_rate_percent: (100 * (3 - fire)) / 3,
    last_prediction_time: batch.timestamp,
  });
  expect(stats.average_confidence).toBeCloseTo(scored.reduce((sum, { confidence }) => sum + Math.max(...Object.values(confidence)), 0) / 3, 12);
  expect(stats.average_processing_time).toBeCloseTo((one.processing_time_seconds + batch.processing_time_seconds) / 2, 9);
  expect(stats.average_processing_time).toBeGreaterThan(0);
  for (const path of ["/health", "/model/health"]) expect(await (await service.app.request(path)).json()).toMatchObject({ last_prediction_time: batch.timestamp });
});

test("the settings are those of the process, with every endpoint, and neither path nor secret", async () => {
  await using service = await startService({ app: { modelReloadIntervalMs: 5_000 } });
  const response = await service.app.request("/config");
  const text = await response.clone().text();
  const body = await bodyOf<ConfigAnswer>(response);
  expect(body).toEqual(configSchema.parse(body));
  expect(body).toMatchObject({ version: "9.8.7", pipeline: "smoke", model_path: "smoke_detection_model.json", model_loaded: true, model_reload_interval: 5, history_enabled: false, metrics_enabled: true });
  expect(body.endpoints).toEqual((await bodyOf<Index>(service.app.request("/"))).endpoints);
  expect(text).not.toContain(service.models.path.slice(0, service.models.path.lastIndexOf("/")));
  // what it says is what happens
  expect((await service.app.request("/health", { headers: { Origin: "http://example.org" } })).headers.has("Access-Control-Allow-Origin")).toBe(body.cors_enabled);
  const batch = (count: number) => service.post(Array(count).fill(message()));
  expect((await batch(body.max_batch_size)).status).toBe(200);
  expect((await batch(body.max_batch_size + 1)).status).toBe(413);
});
