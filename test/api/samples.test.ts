import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { createApp } from "../../api/app.ts";
import { predictionSchema, triedSampleSchema, type Prediction, type TriedSample } from "../../api/contract.ts";
import { sampleOf } from "../../commands/sample.ts";
import { ModelStore } from "../../engine/model/model-store.ts";
import { topic } from "../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import { field, schema } from "../../kernel-as/schema.ts";
import machine, { Simulation } from "../../pipelines/machine.ts";
import smoke from "../../pipelines/smoke.ts";
import { stumpModel, writeStump } from "../fixtures/model.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { Metrics } from "../../engine/monitoring/metrics.ts";
import { bodyOf, startService, START_MS } from "./service.ts";

const kernel = await loadKernel();

test.each([
  ["GET", "/predict/sample", smoke.schema.samples!.usual, undefined],
  ["POST", "/predict/sample", smoke.schema.samples!.usual, undefined],
  ["GET", "/predict/fire-scenario", smoke.schema.samples!.event!, "fire_conditions"],
] as const)("%s %s scores its reading as /predict does", async (method, path, input, scenario) => {
  await using service = await startService();
  const response = await service.app.request(path, { method });
  expect(response.status).toBe(200);
  const body = await bodyOf<TriedSample>(response);
  expect(body).toEqual(triedSampleSchema("fire").parse(body));
  expect(body.input_data).toEqual(input);
  expect(body.scenario).toBe(scenario);
  expect(body.prediction).toEqual(await bodyOf<Prediction>(service.post(input)));
});

test("the label of the fire scenario is the model's, whatever the scenario is called", async () => {
  await using service = await startService({ model: false });
  const labelWith = async (split: number) => {
    const { forest, card } = stumpModel(smoke, "TVOC[ppb]", split);
    await service.install(xgboostJson.write(withCard(forest, card)));
    return (await bodyOf<TriedSample>(service.app.request("/predict/fire-scenario"))).prediction.prediction_label;
  };
  const { "TVOC[ppb]": tvoc } = smoke.schema.samples!.event!;
  expect(await labelWith(tvoc! - 1)).toBe("fire");
  expect(await labelWith(tvoc! + 1)).toBe("no_fire");
});

test("samples are counted as predictions, and wait for a model", async () => {
  await using service = await startService({ model: false });
  for (const path of ["/predict/sample", "/predict/fire-scenario"]) expect(await (await service.app.request(path)).json()).toMatchObject({ status: 503, code: "MGV_MODEL_MISSING" });
  await service.install(xgboostJson.write(service.forest));
  await service.app.request("/predict/sample");
  expect(await (await service.app.request("/predictions/stats")).json()).toMatchObject({ total_predictions: 1, batch_predictions: 0 });
});

test("a pipeline of other sensors has its own sample and scenario; without samples its simulation's first message, or a 404 with the way out", async () => {
  await using folder = await temporaryFolder();
  const appOf = async (of: typeof machine, sample = {}) => {
    const models = new ModelStore({ kernel, pipeline: of, path: folder.file(`${of.name}.json`), now: () => START_MS });
    await writeStump(models.path, of, of.schema.fields[0]!.name, 1);
    await models.refresh({ force: true });
    return createApp({ pipeline: of, kernel, models, metrics: new Metrics(), now: () => START_MS, startedAtMs: START_MS, version: "1", ...sample });
  };
  const ofMachine = await appOf(machine);
  expect(await (await ofMachine.request("/predict/sample")).json()).toMatchObject({ input_data: machine.schema.samples!.usual });
  expect(await (await ofMachine.request("/predict/fire-scenario")).json()).toMatchObject({ scenario: "fault_conditions", prediction: { prediction: 1 } });

  const bare = pipeline("bare").from(topic("bare"), schema({ fields: machine.schema.fields, time: { keys: ["ts"], unit: "ms" }, sensorKeys: ["machine"], label: "fault" }));
  const simulated = await appOf(bare, sampleOf(Simulation));
  expect(await (await simulated.request("/predict/sample")).json()).toMatchObject({ input_data: { machine: "machine-1", speed: expect.any(Number) } });
  const without = await appOf(bare, sampleOf(null));
  for (const path of ["/predict/sample", "/predict/fire-scenario"]) {
    const response = await without.request(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "MGV_NOT_FOUND", detail: expect.stringContaining("samples: { usual: {…}") as string });
  }
});

test("whatever a pipeline looks for, answers and their description go by its labels", async () => {
  await using folder = await temporaryFolder();
  const models = new ModelStore({ kernel, pipeline: machine, path: folder.file("machine.json"), now: () => START_MS });
  const { forest, card } = stumpModel(machine, machine.schema.fields[0]!.name, 1);
  forest.trees[0]!.cover.set([4, 2, 2]);
  await writeFile(models.path, xgboostJson.write(withCard(forest, card)));
  await models.refresh({ force: true });
  const app = createApp({ pipeline: machine, kernel, models, metrics: new Metrics(), now: () => START_MS, startedAtMs: START_MS, version: "1" });
  const post = (path: string, body: string, type = "application/json") => app.request(path, { method: "POST", headers: { "Content-Type": type }, body });
  const reading = machine.schema.samples!.event!;
  const one = await bodyOf<Prediction>(post("/predict", JSON.stringify(reading)));
  expect(one).toEqual(predictionSchema("fault").parse(one));
  expect(one).toMatchObject({ prediction_label: "fault", confidence: { no_fault: 1 - one.probability, fault: one.probability } });
  const answers = await Promise.all([post("/predict/batch", JSON.stringify([reading])), post("/predict/batch", JSON.stringify(reading), "application/x-ndjson"), post("/explain", JSON.stringify(reading))].map(async (answer) => (await answer).text()));
  for (const text of [...answers, await (await app.request("/predict/sample")).text()]) expect(text).toMatch(/"confidence":\{"no_fault":[\d.]+,"fault":[\d.]+\}/);
  const document = await bodyOf<{ components: { schemas: Record<string, { properties: Record<string, unknown> }> } }>(app.request("/openapi.json"));
  for (const name of ["Prediction", "BatchPrediction", "Explanation", "BatchExplanation", "AlertExplanation"]) {
    expect(document.components.schemas[name]!.properties, name).toMatchObject({ prediction_label: { enum: ["no_fault", "fault"] }, confidence: { required: ["no_fault", "fault"] } });
  }
});

test("a sample that is no reading is said to be none", async () => {
  const wrong = pipeline("wrong").from(topic("wrong"), schema({ fields: [field("a", { max: 1 })], time: { keys: ["ts"], unit: "ms" }, sensorKeys: ["s"], label: "l", samples: { usual: { a: 2 } } }));
  const models = new ModelStore({ kernel, pipeline: wrong, path: "nowhere.json", now: () => START_MS });
  const app = createApp({ pipeline: wrong, kernel, models, metrics: new Metrics(), now: () => START_MS, startedAtMs: START_MS, version: "1" });
  expect(await (await app.request("/predict/sample")).json()).toMatchObject({ status: 404, detail: "The sample of the pipeline wrong is no reading of it: a is 2, outside -3.4028234663852886e+38…1." });
});
