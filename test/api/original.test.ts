import { expect, test } from "vitest";
import { withCard } from "../../kernel-as/model/card.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import { featureNames } from "../../engine/features/features.ts";
import smoke from "../../pipelines/smoke.ts";
import { stumpModel } from "../fixtures/model.ts";
import { card, message, smallForest, startService, type Service } from "./service.ts";

/*
 * What the documents, the code and the tests of the system that this one replaces demand of each endpoint, all of them at once, and its defects that a client could see.
 */

type Json = Record<string, any>;

/** A reading under the names of its README. */
const unbracketed = { Temperature: 20, Humidity: 57.36, TVOC: 0, eCO2: 400, "Raw H2": 12_306, "Raw Ethanol": 18_520, Pressure: 939.735, "PM1.0": 0, "PM2.5": 0, "NC0.5": 0, "NC1.0": 0, "NC2.5": 0, CNT: 0 };

const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/) as string;
const any = { number: expect.any(Number) as number, string: expect.any(String) as string, boolean: expect.any(Boolean) as boolean, array: expect.any(Array) as unknown[] };
const confidence = { no_fire: any.number, fire: any.number };
const label = expect.stringMatching(/^(no_)?fire$/) as string;

async function ask(service: Service, method: string, path: string, body?: unknown): Promise<{ status: number; type: string; body: Json }> {
  const init = body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: typeof body === "string" ? body : JSON.stringify(body) };
  const request = new Request(`http://127.0.0.1:5000${path}`, { method, ...init });
  request.headers.set("Host", "127.0.0.1:5000");
  const response = await service.app.fetch(request, { remoteAddress: "127.0.0.1" });
  const type = response.headers.get("Content-Type") ?? "";
  return { status: response.status, type, body: type.includes("json") ? ((await response.json()) as Json) : { text: await response.text() } };
}

test("GET /health: status, model and version, always 200", async () => {
  await using service = await startService();
  const { status, body } = await ask(service, "GET", "/health");
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: "healthy", timestamp, model_loaded: true, model_path: any.string, uptime_seconds: any.number, version: any.string, services: expect.any(Object) as object, last_prediction_time: null });
  await using without = await startService({ model: false });
  expect(await ask(without, "GET", "/health")).toMatchObject({ status: 200, body: { status: "degraded", model_loaded: false } });
});

test("GET /metrics: Prometheus' text", async () => {
  await using service = await startService();
  const { status, type, body } = await ask(service, "GET", "/metrics");
  expect([status, type]).toEqual([200, expect.stringMatching(/^text\/plain/)]);
  expect(body["text"]).toMatch(/^# TYPE /m);
});

test.each([["brackets", message()], ["README names", unbracketed]])("POST /predict with %s: prediction, label, confidence, probability, version and time", async (_, reading) => {
  await using service = await startService();
  const { status, body } = await ask(service, "POST", "/predict", reading);
  expect(status).toBe(200);
  expect(body).toMatchObject({ prediction: expect.toBeOneOf([0, 1]) as number, prediction_label: label, confidence, probability: any.number, model_version: any.string, processing_time_seconds: any.number, timestamp, model_info: { algorithm: any.string, version: any.string } });
});

test.each([
  ["missing fields", { Temperature: 20 }],
  ["a string", message({ "Temperature[C]": "hot" })],
  ["an array in place of a number", message({ "Temperature[C]": [1] })],
  ["an object in place of a number", message({ "Temperature[C]": { a: 1 } })],
  ["null as a body", null],
  ["bad JSON", "{bad json"],
  ["an empty body", ""],
])("POST /predict with %s is 400 or 422 with error and details", async (_, body) => {
  await using service = await startService();
  const answer = await ask(service, "POST", "/predict", body);
  expect([400, 422]).toContain(answer.status);
  expect(answer.body).toMatchObject({ error: any.string, details: any.string });
});

test.each(["Request must be JSON", "No data provided"])("the original's words are kept: %s", async (words) => {
  await using service = await startService();
  const headers = { "Content-Type": words.startsWith("Request") ? "text/plain" : "application/json" };
  const response = await service.app.request("/predict", { method: "POST", headers, body: words.startsWith("Request") ? "x" : "" });
  expect(response.status).toBe(400);
  expect(((await response.json()) as Json)["error"]).toContain(words);
});

test.each([["GET", "/predict/sample"], ["POST", "/predict/sample"]])("%s %s: its reading and what comes of it", async (method, path) => {
  await using service = await startService();
  expect(await ask(service, method, path)).toMatchObject({ status: 200, body: { input_data: { "Temperature[C]": any.number }, prediction: { prediction: any.number, prediction_label: label, confidence, timestamp } } });
});

test("GET /predict/fire-scenario: the same under its scenario", async () => {
  await using service = await startService();
  expect(await ask(service, "GET", "/predict/fire-scenario")).toMatchObject({ status: 200, body: { input_data: expect.any(Object) as object, scenario: "fire_conditions", prediction: { prediction: any.number, prediction_label: label, confidence } } });
});

test("GET /model/info: the union of names", async () => {
  await using service = await startService();
  const { status, body } = await ask(service, "GET", "/model/info");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    model_type: any.string, algorithm: any.string, feature_count: any.number, version: any.string, loaded_at: timestamp, model_name: any.string, model_version: any.string, accuracy: any.number,
    model_metrics: { accuracy: any.number, precision: any.number, f1_score: any.number },
  });
  for (const names of [body["features"], body["feature_columns"]]) expect(names).toEqual(featureNames(smoke));
  for (const name of ["training_timestamp", "model_metrics"]) expect(body).toHaveProperty(name);
  expect(body["model_metrics"]).toHaveProperty("recall");
});

test("GET /model/health", async () => {
  await using service = await startService();
  expect(await ask(service, "GET", "/model/health")).toMatchObject({ status: 200, body: { model_loaded: true, last_prediction_time: null } });
});

test("POST /model/reload: success, or error with 500", async () => {
  await using service = await startService();
  expect(await ask(service, "POST", "/model/reload")).toMatchObject({ status: 200, body: { status: "success", message: any.string, model_info: { version: any.string, feature_count: any.number }, timestamp } });
  await service.install("{");
  expect(await ask(service, "POST", "/model/reload")).toMatchObject({ status: 500, body: { status: "error", message: any.string, error: any.string } });
});

test("POST /validate: valid under both names, errors and warnings as sentences", async () => {
  await using service = await startService();
  expect(await ask(service, "POST", "/validate", message())).toMatchObject({ status: 200, body: { valid: true, is_valid: true, errors: [], warnings: any.array } });
  expect(await ask(service, "POST", "/validate", { Temperature: "hot" })).toMatchObject({ status: 200, body: { valid: false, is_valid: false, errors: expect.arrayContaining([any.string]) as string[] } });
});

test("GET /sensors/schema", async () => {
  await using service = await startService();
  const { status, body } = await ask(service, "GET", "/sensors/schema");
  expect(status).toBe(200);
  expect(body["required_fields"]).toHaveLength(12);
  expect(body["field_types"]).toMatchObject({ "Temperature[C]": { type: any.string, unit: any.string, range: [-40, 125] }, "Humidity[%]": { range: [0, 100] }, "Pressure[hPa]": { range: [300, 1100] } });
  expect(body["validation_rules"]).toEqual({ all_fields_required: any.boolean, numeric_values_only: any.boolean, range_validation: any.boolean, null_values_allowed: any.boolean });
});

test("GET /predictions/stats: the union of names", async () => {
  await using service = await startService();
  await ask(service, "POST", "/predict", message());
  const { status, body } = await ask(service, "GET", "/predictions/stats");
  expect(status).toBe(200);
  for (const name of ["total_predictions", "fire_predictions", "no_fire_predictions", "batch_predictions", "average_confidence", "average_processing_time", "avg_processing_time", "fire_detection_rate_percent", "safe_detection_rate_percent", "uptime_seconds"]) expect(body[name], name).toEqual(any.number);
  expect(body).toMatchObject({ total_predictions: 1, last_reset: timestamp, last_prediction_time: timestamp, timestamp });
});

test("GET /config: settings and endpoints, of which each is there", async () => {
  await using service = await startService({ app: { modelReloadIntervalMs: 5_000 } });
  const { status, body } = await ask(service, "GET", "/config");
  expect(status).toBe(200);
  expect(body).toMatchObject({ version: any.string, model_reload_interval: any.number, max_batch_size: 1_000, supported_formats: any.array, cors_enabled: any.boolean, metrics_enabled: true, model_path: any.string, model_loaded: true, timestamp });
  const listed = (body["endpoints"] as { path: string; method: string; description: string }[]).map(({ path, method }) => `${method} ${path}`);
  expect(listed).toEqual(
    expect.arrayContaining(["GET /health", "GET /metrics", "POST /predict", "POST /predict/batch", "GET /predict/sample", "GET /predict/fire-scenario", "GET /model/info", "GET /model/health", "POST /model/reload", "POST /validate", "GET /sensors/schema", "GET /predictions/stats", "GET /config"]),
  );
});

test("what is not there is a 404 in its words", async () => {
  await using service = await startService();
  expect(await ask(service, "GET", "/nonexistent")).toMatchObject({ status: 404, body: { error: "Endpoint not found" } });
});

test("defect 3: the documented request hits every field of the model, features are those of the training, and nothing that is missing is taken for 0", async () => {
  await using service = await startService({ model: false });
  const labelOf = async (reading: unknown) => (await ask(service, "POST", "/predict", reading)).body;
  for (const { name, aliases } of smoke.schema.fields.filter(({ feature }) => feature)) {
    const value = Number(message()[name]);
    const { forest, card } = stumpModel(smoke, name, value);
    await service.install(xgboostJson.write(withCard(forest, card)));
    expect(await labelOf(message()), name).toMatchObject({ prediction_label: "fire", missing: [] });
    for (const alias of aliases) expect(await labelOf(message({ [name]: undefined, [alias]: value })), alias).toMatchObject({ prediction_label: "fire" });
    expect(await labelOf(message({ [name]: null })), name).toMatchObject({ prediction_label: "no_fire", missing: [name] });
    expect((await ask(service, "POST", "/predict", message({ [name]: undefined }))).status, name).toBe(422);
  }
  // where 0 would be fire, a missing value is not
  const { forest, card } = stumpModel(smoke, "TVOC[ppb]", -1);
  await service.install(xgboostJson.write(withCard(forest, card)));
  expect(await labelOf(message({ "TVOC[ppb]": 0 }))).toMatchObject({ prediction_label: "fire" });
  expect(await labelOf(message({ "TVOC[ppb]": null }))).toMatchObject({ prediction_label: "no_fire" });
});

test("defect 4: a reload reads a file that is older than the last load", async () => {
  await using service = await startService();
  const { utimes, writeFile } = await import("node:fs/promises");
  const before = service.models.current!.version;
  await writeFile(service.models.path, xgboostJson.write(withCard(await smallForest(service.kernel, 2), card)));
  await utimes(service.models.path, 1, 1);
  const { body } = await ask(service, "POST", "/model/reload");
  expect(body).toMatchObject({ status: "success", changed: true });
  expect((await ask(service, "POST", "/predict", message())).body["model_version"]).not.toBe(before);
});

test("defect 5: a batch's summary has the names of the code and those of the tests", async () => {
  await using service = await startService();
  for (const body of [[message(), message()], { data: [message(), message()] }]) {
    const answer = await ask(service, "POST", "/predict/batch", body);
    expect(answer.body).toMatchObject({ summary: { total_samples: 2, successful_predictions: 2, fire_detections: any.number, no_fire_detections: any.number, fire_predictions: any.number, no_fire_predictions: any.number, errors: 0 } });
    expect(answer.body["predictions"]).toMatchObject([{ index: 0, prediction: any.number, prediction_label: label, confidence }, { index: 1 }]);
  }
  const { body } = await ask(service, "POST", "/predict", [message(), { Temperature: 1 }]);
  expect(body["predictions"]).toMatchObject([{ index: 0 }, { index: 1, error: any.string, details: any.string }]);
});

test("defect 8: neither the time nor a counter is a feature", async () => {
  await using service = await startService();
  const first = await ask(service, "POST", "/predict", message());
  const later = await ask(service, "POST", "/predict", message({ UTC: 1_700_000_000, CNT: 24_000 }));
  expect(later.body["probability"]).toBe(first.body["probability"]);
  const { body } = await ask(service, "GET", "/model/info");
  for (const name of body["features"] as string[]) expect(name).not.toMatch(/UTC|CNT/);
});
