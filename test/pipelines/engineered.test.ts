import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { createApp } from "../../api/app.ts";
import { readingsBatch } from "../../api/score.ts";
import { featureNames } from "../../engine/features/features.ts";
import { referenceFeatures } from "../../engine/features/reference.ts";
import { ModelStore } from "../../engine/model/model-store.ts";
import { Metrics } from "../../engine/monitoring/metrics.ts";
import { model, topic } from "../../engine/pipeline/endpoint.ts";
import { trailing } from "../../engine/pipeline/feature-set.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import { fingerprint } from "../../engine/pipeline/topology.ts";
import { MemorySource } from "../../engine/source/memory.ts";
import { PipelineDriver } from "../../engine/testing.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import { defaultParameters } from "../../kernel-as/model/training.ts";
import { engineered } from "../../pipelines/engineered.ts";
import { smokeSchema } from "../../pipelines/smoke-schema.ts";
import { readDataset } from "../../trainer/dataset.ts";
import { trainModel } from "../../trainer/judged-model.ts";
import { recordingFamilies } from "../../trainer/copies.ts";
import { withCopy } from "../fixtures/dataset.ts";
import { random } from "../fixtures/random.ts";
import { recordsOf } from "../fixtures/readings.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const source = () => pipeline("smoke").from(topic("readings"), smokeSchema);
const own = source().features(trailing("1m"), engineered()).score(model("smoke")).to(topic("predictions"));

const names = ["temp_squared", "temp_log", "humidity_squared", "humidity_log", "tvoc_eco2_ratio", "pm_ratio", "pm_sum", "pressure_deviation", "temp_humidity_interaction", "heat_index", "gas_sensor_ratio", "gas_sensor_sum"];

const calm: Record<string, number> = {
  "Temperature[C]": 20, "Humidity[%]": 50, "TVOC[ppb]": 100, "eCO2[ppm]": 400, "Raw H2": 12_000, "Raw Ethanol": 24_000, "Pressure[hPa]": 939.75,
  "PM1.0": 3, "PM2.5": 4, "NC0.5": 0, "NC1.0": 0, "NC2.5": 0,
};

/** The features of one reading alone, by name. */
function featuresOf(changes: Record<string, number>): Record<string, number> {
  const values = smokeSchema.fields.map(({ name }) => ({ ...calm, ...changes })[name] ?? NaN);
  const features = referenceFeatures(own, readingsBatch(values.length, [{ timeMs: 0, values }]));
  return Object.fromEntries(featureNames(own).map((name, i) => [name, features[i]!]));
}

test("twelve features, by the names of the original, worked out by hand", () => {
  expect(featureNames(own).slice(12, 24)).toEqual(names);
  const found = featuresOf({});
  expect(names.map((name) => found[name])).toEqual([400, Math.log(71), 2500, Math.log(51), 0.25, 0.75, 7, 73.5, 1000, 45, 0.5, 36_000].map(Math.fround));
});

test("no particles: the ratio is missing and the sum is 0; what is missing leaves out what is made of it alone", () => {
  expect(featuresOf({ "PM1.0": 0, "PM2.5": 0 })).toMatchObject({ pm_ratio: NaN, pm_sum: 0, heat_index: 45 });
  const lacking = featuresOf({ "Humidity[%]": NaN });
  expect(names.filter((name) => Number.isNaN(lacking[name]))).toEqual(["humidity_squared", "humidity_log", "temp_humidity_interaction", "heat_index"]);
});

test("the set changes the fingerprint, and neither label nor counter are in it", () => {
  const without = source().features(trailing("1m")).score(model("smoke")).to(topic("predictions"));
  expect(fingerprint(own)).not.toBe(fingerprint(without));
  const used = JSON.stringify(own.derived);
  for (const never of ["Fire Alarm", "CNT", "UTC"]) expect(used).not.toContain(never);
  expect(() => source().features(engineered(), engineered())).toThrow('Two features are called "temp_squared"');
});

test("trainer, engine and API compute the same features: one model gives the same probabilities in all three, to the bit", async () => {
  const seed = 7;
  const next = random(seed);
  const messages = Array.from({ length: 300 }, (_, i) => {
    const burning = i % 3 === 0;
    const particles = 0.5 * next() + (burning ? 0.35 : 0); // only their ratio tells
    const values = Object.entries(calm).map(([name, value]) => [name, next() < 0.03 ? null : Math.round((value + 3 * next()) * 100) / 100] as const);
    const fine = 1 + 500 * next();
    return { ...Object.fromEntries(values), "PM1.0": fine * particles, "PM2.5": fine, UTC: 1_654_733_331, sensor_id: `s${i}`, "Fire Alarm": Number(burning) };
  });
  const kernel = await loadKernel();
  const { dataset } = await readDataset(kernel, own, new MemorySource("readings", [recordsOf(messages.map((each) => JSON.stringify(each)))]));
  expect(dataset).toMatchObject({ fieldFeatures: 12, pointFeatures: 24, rows: 300 });
  const trainedOn = { kind: "simulated", sensors: 1, rateHz: 1, seconds: 1, seed } as const;
  const { forest, card } = await trainModel({ kernel, dataset, pipelineName: "smoke", trainedOn, parameters: { ...defaultParameters, rounds: 8 } });
  expect(forest.trees[0]!.feature[0]).toBe(featureNames(own).indexOf("pm_ratio"));

  await using folder = await temporaryFolder();
  const path = folder.file("model.json");
  await writeFile(path, xgboostJson.write(withCard(forest, card)));
  const models = new ModelStore({ kernel, pipeline: own, path, now: () => 0 });
  await models.refresh();
  const trainers = [...models.current!.forest.predict(dataset.features)];
  expect(new Set(trainers).size).toBeGreaterThan(3);

  using driver = await PipelineDriver.open(own, { model: path, kernel });
  driver.pipe(messages);
  expect(driver.output("predictions").map(({ probability }) => probability as number)).toEqual(trainers);

  const app = createApp({ pipeline: own, kernel, models, metrics: new Metrics(), now: () => 1_654_733_400_000, startedAtMs: 0, version: "0" });
  const answer = await app.request("/predict", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(messages) });
  const { predictions } = (await answer.json()) as { predictions: { probability: number }[] };
  expect(predictions.map(({ probability }) => probability)).toEqual(trainers);
});

test("a copy of a recording with another temperature is still found, though four derived features differ with it", async () => {
  const next = random(3);
  const texts = ["R1", "R2"].flatMap((sensor_id, recording) =>
    Array.from({ length: 800 }, (_, i) => JSON.stringify({ ...Object.fromEntries(Object.keys(calm).map((name) => [name, Math.round(10_000 * next()) / 100])), "Pressure[hPa]": 900 + next(), UTC: 1e9 + recording * 1e6 + i, sensor_id, "Fire Alarm": i % 2 })),
  );
  const { dataset } = await readDataset(await loadKernel(), own, new MemorySource("readings", [recordsOf(texts)]));
  expect([...recordingFamilies(dataset)]).toEqual([0, 1]);
  // all but the first feature are made equal, then those that follow the temperature are told apart again
  const copied = withCopy(dataset, 0, 1);
  const follows = ["temp_squared", "temp_log", "temp_humidity_interaction", "heat_index"].map((name) => featureNames(own).indexOf(name));
  const width = featureNames(own).length;
  for (let row = 800; row < 1600; row++) for (const feature of follows) copied.features[row * width + feature] = row + feature;
  expect([...recordingFamilies(copied)]).toEqual([0, 0]);
});
