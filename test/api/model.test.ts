import { expect, test } from "vitest";
import { modelInfoSchema, type Health, type Prediction } from "../../api/contract.ts";
import { withCard, type ModelCard } from "../../kernel-as/model/card.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import { bodyOf, card, message, smallForest, startService, START_MS } from "./service.ts";

test("without a model readings wait with a 503, and are scored once the file is there", async () => {
  await using service = await startService({ model: false });
  for (const response of [await service.post(message()), await service.app.request("/model/info"), await service.app.request("/readyz")]) {
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ code: "MGV_MODEL_MISSING", detail: expect.stringContaining("Waiting for a model") });
  }
  expect(await (await service.app.request("/health")).json()).toMatchObject({ status: "degraded", model_loaded: false, model_version: null });

  expect(await service.install(xgboostJson.write(withCard(service.forest, card)))).toBe(true);
  expect((await service.post(message())).status).toBe(200);
  expect((await service.app.request("/model/info")).status).toBe(200);
  expect((await service.app.request("/readyz")).status).toBe(200);
});

test("a bad reading is a 422 with or without a model", async () => {
  await using service = await startService({ model: false });
  expect((await service.post({})).status).toBe(422);
});

test("no answer tells where the model file lies", async () => {
  await using service = await startService({ model: false });
  await service.models.refresh();
  const directory = service.models.path.slice(0, service.models.path.lastIndexOf("/"));
  for (const path of ["/health", "/readyz", "/model/info"]) {
    const text = await (await service.app.request(path)).text();
    expect(text).toContain("smoke_detection_model.json");
    expect(text).not.toContain(directory);
  }
});

test("a broken model file leaves the old model serving, and health says what is wrong", async () => {
  await using service = await startService();
  const before = await bodyOf<Prediction>(service.post(message()));
  expect(await service.install("{ this is no model")).toBe(false);
  const response = await service.post(message());
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual(before);
  const health = await bodyOf<Health>(service.app.request("/health"));
  expect(health).toMatchObject({ status: "degraded", model_loaded: true, model_version: before.model_version });
  expect(health.reasons).toHaveLength(1);
});

test("a new model is in use from the next request on", async () => {
  await using service = await startService();
  const before = await bodyOf<Prediction>(service.post(message()));
  expect(await service.install(xgboostJson.write(withCard(await smallForest(service.kernel, 3), { ...card, threshold: 0.01 })))).toBe(true);
  const after = await bodyOf<Prediction>(service.post(message()));
  expect(after.model_version).not.toBe(before.model_version);
  expect(after.probability).not.toBe(before.probability);
  expect(after).toMatchObject({ threshold: 0.01, prediction_label: "fire" });
});

test("model info tells what the model is, reads and was trained on, with the figures of the blocks split", async () => {
  await using service = await startService();
  const body = await (await service.app.request("/model/info")).json();
  expect(body).toEqual(modelInfoSchema.parse(body));
  expect(body).toMatchObject({
    model_name: "smoke_detection_model",
    model_version: service.models.current!.version,
    version: service.models.current!.version,
    feature_count: 60,
    features: card.features,
    feature_columns: card.features,
    threshold: 0.4,
    threshold_reason: null,
    calibration: null,
    trained_on: "simulated",
    trained_on_detail: card.trainedOn,
    training_rows: 400,
    training_positives: 200,
    parameters: card.parameters,
    loaded_at: new Date(START_MS + 90_000).toISOString(),
    model_metrics: { accuracy: 0.9, precision: 0.8, recall: null, f1_score: 0.7 },
    metrics_split: "blocks",
    splits: card.splits,
    findings: [],
  });
});

test("model info tells what is known of a threshold, a calibration, intervals and alarms", async () => {
  await using service = await startService({ model: false });
  const { metrics } = card.splits[1]!;
  const ranges = { accuracy: [0.8, 0.95], precision: null, recall: null, f1: null, auc: [0.9, 1], logloss: [0.1, 0.3] } as const;
  const alarms = { fires: 6, foundShare: 0.5, medianDelayMs: 12_000, falseAlarmsPerSensorDay: 0.25, fireFreeSensorDays: 4, groups: 20, ranges: { foundShare: [0.25, 0.75], medianDelayMs: null, falseAlarmsPerSensorDay: [0, 1] } } as const;
  const splits: ModelCard["splits"] = [{ name: "time", title: "the latest readings", meaning: "…", metrics, verdict: "It may be chance.", groups: 20, ranges, alarms, calibrated: { logloss: 0.2, calibrationError: 0.01 } }];
  const calibration = { kind: "platt", slope: 1.5, intercept: -0.25 } as const;
  await service.install(xgboostJson.write(withCard(service.forest, { ...card, threshold: 0.75, thresholdReason: "0.7500 finds 3 of 6 fires.", calibration, splits })));
  const body = await (await service.app.request("/model/info")).json();
  expect(body).toEqual(modelInfoSchema.parse(body));
  expect(body).toMatchObject({ threshold: 0.75, threshold_reason: "0.7500 finds 3 of 6 fires.", calibration, splits });
});

test("a model trained on a file names it with the start of its hash, and says what was found in it", async () => {
  await using service = await startService({ model: false });
  const trainedOn = { kind: "file", name: "smoke.csv", sha256: "0123456789abcdef".repeat(4) } as const;
  const findings = ["The label changes at 3 of 400 rows."];
  await service.install(xgboostJson.write(withCard(service.forest, { ...card, trainedOn, splits: [], findings })));
  const body = await (await service.app.request("/model/info")).json();
  expect(body).toMatchObject({ trained_on: "smoke.csv (sha256 0123456789ab)", trained_on_detail: trainedOn, model_metrics: null, findings });
});
