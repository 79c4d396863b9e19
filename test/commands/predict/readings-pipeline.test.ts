import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { evaluateCommand } from "../../../commands/evaluate.ts";
import { modelDiffCommand } from "../../../commands/model-diff.ts";
import { predictCommand } from "../../../commands/predict.ts";
import { featureNames } from "../../../engine/features/features.ts";
import { model, topic } from "../../../engine/pipeline/endpoint.ts";
import { derived, trailing } from "../../../engine/pipeline/feature-set.ts";
import { pipeline, type Pipeline } from "../../../engine/pipeline/pipeline.ts";
import { PipelineDriver } from "../../../engine/testing.ts";
import { withCard } from "../../../kernel-as/model/card.ts";
import { binaryForest, type ForestModel } from "../../../kernel-as/model/forest.ts";
import { xgboostJson } from "../../../kernel-as/model/formats/xgboost/json.ts";
import smoke from "../../../pipelines/smoke.ts";
import { run } from "../../fixtures/command.ts";
import { randomForest } from "../../fixtures/forests.ts";
import { stumpModel } from "../../fixtures/model.ts";
import { random } from "../../fixtures/random.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const engine = fileURLToPath(new URL("../../../engine/index.ts", import.meta.url));

/** Freezers that thaw, as a user's file has them: time, sensor and label have other names than smoke's. */
const text = `
import { derived, field, model, pipeline, schema, topic, trailing } from ${JSON.stringify(engine)};
const freezers = schema({ fields: [field("inside"), field("door"), field("outside")], time: { keys: ["measured_at"], unit: "ms" }, sensorKeys: ["freezer"], label: "thawing" });
export default pipeline("freezers")
  .from(topic("freezer_readings"), freezers)
  .eventTime("measured_at", { maxOutOfOrderness: "2m" })
  .keyBy("freezer")
  .features(trailing("1m", "5m", { of: ["change", "slope", "alone"] }), derived({ gap: { sum: ["outside", "inside"], weight: -1 } }))
  .score(model("freezers"))
  .alert({ above: "threshold", holdOff: "1m" })
  .to(topic("freezer_predictions"));
`;

/** Of two freezers in turn, ten seconds apart, some of them minutes late. */
const readings = Array.from({ length: 400 }, (_, i) => {
  const late = i % 37 === 5 ? 90_000 : 0;
  return { measured_at: 1_750_000_000_000 + Math.floor(i / 2) * 10_000 - late, freezer: i % 2 === 0 ? "cellar" : "yard", inside: -2 + Math.sin(i / 9) * (1 + (i % 2)), door: i % 5 === 0 ? 1 : 0, outside: 2 + 2 * Math.cos(i / 31), thawing: Math.sin(i / 9) > 0.5 ? 1 : 0 };
});

const csv = [Object.keys(readings[0]!).join(","), ...readings.map((row) => Object.values(row).join(","))].join("\n");
const jsonLines = readings.map((row) => JSON.stringify(row)).join("\n");

function forestOf(seed: number, features: number): ForestModel {
  const { trees } = randomForest(random(seed), { family: "xgboost", features, trees: 40, leaves: 12, outputs: 1, categorical: 0, special: "none" });
  return binaryForest(trees, features, 0.5);
}

/** A folder with the pipeline's file, a model of it and its readings. `features`: those of the model, if it was trained by an older file. */
async function folderWith(features?: (own: Pipeline) => readonly string[]) {
  const folder = await temporaryFolder();
  await writeFile(folder.file("freezers.ts"), text);
  const { default: own } = (await import(folder.file("freezers.ts"))) as { default: Pipeline };
  const names = features?.(own) ?? featureNames(own);
  const forest = forestOf(21, names.length);
  await writeFile(folder.file("model.json"), xgboostJson.write(withCard(forest, { ...stumpModel(smoke, "eCO2[ppm]", 420).card, pipeline: "freezers", features: [...names] })));
  await writeFile(folder.file("rows.csv"), csv);
  await writeFile(folder.file("rows.jsonl"), jsonLines);
  const words = (data: string) => ["--model", folder.file("model.json"), "--data", folder.file(data)];
  return { ...folder, own, words, predict: (data: string, ...more: string[]) => run(predictCommand, ...words(data), ...more), evaluate: (data: string, ...more: string[]) => run(evaluateCommand, ...words(data), ...more) };
}

/** What an engine says of each reading. */
async function engineSays(own: Pipeline, model: string): Promise<number[]> {
  using driver = await PipelineDriver.open(own, { model });
  for (const reading of readings) driver.pipe(reading);
  return driver.output("freezer_predictions").map(({ probability }: { probability: number }) => probability);
}

test.each(["rows.csv", "rows.jsonl"])("readings of a pipeline of one's own (%s) are scored as an engine scores them", async (data) => {
  await using folder = await folderWith();
  const said = await engineSays(folder.own, folder.file("model.json"));
  expect(new Set(said).size).toBeGreaterThan(100);
  const { code, stdout, stderr } = await folder.predict(data, folder.file("freezers.ts"), "--json");
  expect(code, stderr).toBe(0);
  expect(stderr).not.toContain("no time");
  const predicted = stdout.trimEnd().split("\n").map((line) => (JSON.parse(line) as { prediction: number }).prediction);
  expect(predicted.map(Math.fround)).toEqual(said.map(Math.fround));
});

test.each(["rows.csv", "rows.jsonl"])("readings of a pipeline of one's own (%s) are judged by its label, sensors and times", async (data) => {
  await using folder = await folderWith();
  const { code, stdout, stderr } = await folder.evaluate(data, folder.file("freezers.ts"), "--json");
  expect(code, stderr).toBe(0);
  const { data: judged, remarks, split } = JSON.parse(stdout) as { data: object; remarks: string[]; split: { judgement: { alarms: object | null } } };
  expect(judged).toMatchObject({ rows: readings.length, recordings: ["cellar", "yard"] });
  expect(remarks).toEqual([]);
  expect(split.judgement.alarms).not.toBeNull();
});

test("a model that an older file of the pipeline made is scored by the features that it names, and by the clock of the file", async () => {
  const older = (own: Pipeline) => pipeline("freezers").from(topic("freezer_readings"), own.schema).eventTime("measured_at", { maxOutOfOrderness: "2m" }).features(trailing("3m"), derived({ gap: { sum: ["outside", "inside"], weight: -1 } })).score(model("freezers")).to(topic("freezer_predictions"));
  await using folder = await folderWith((own) => featureNames(older(own)));
  const { stdout, stderr } = await folder.predict("rows.csv", folder.file("freezers.ts"), "--json");
  const predicted = stdout.trimEnd().split("\n").map((line) => (JSON.parse(line) as { prediction: number }).prediction);
  expect(predicted.map(Math.fround), stderr).toEqual((await engineSays(older(folder.own), folder.file("model.json"))).map(Math.fround));
});

test("without the pipeline's file, or with another one, both ask for it", async () => {
  await using folder = await folderWith();
  const asks = /MGV_MODEL_FEATURES: The model was trained for the pipeline "freezers", and .* "smoke".* Give the file of "freezers" .*freezers\.ts --model/;
  for (const { code, stdout, stderr } of [await folder.predict("rows.csv"), await folder.evaluate("rows.csv", "--label", "thawing")]) expect([code, stdout, stderr]).toEqual([null, "", expect.stringMatching(asks)]);
  await writeFile(folder.file("model.json"), stumpModel(smoke, "eCO2[ppm]", 420).text);
  const { stderr } = await folder.predict("rows.csv", folder.file("freezers.ts"));
  expect(stderr).toMatch(/MGV_MODEL_FEATURES: The model was trained for the pipeline "smoke", and .* "freezers".* Leave the file out/);
});

test("a model of no pipeline at all is judged by the names of the file's", async () => {
  await using folder = await folderWith();
  const forest = forestOf(5, 2);
  await writeFile(folder.file("model.json"), xgboostJson.write({ ...forest, featureNames: ["inside", "outside"] }));
  const { code, stdout, stderr } = await folder.evaluate("rows.csv", folder.file("freezers.ts"), "--json");
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ data: { recordings: ["cellar", "yard"] }, split: { judgement: { alarms: { fires: expect.any(Number) as number } } } });
});

test("two models of a pipeline of one's own are compared on its readings", async () => {
  await using folder = await folderWith();
  const [model, data] = [folder.file("model.json"), folder.file("rows.csv")];
  const { code, stdout, stderr } = await run(modelDiffCommand, model, model, folder.file("freezers.ts"), "--data", data, "--json");
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ agreement: { rows: readings.length, unscored: 0, onlyA: 0, onlyB: 0, largestDifference: 0 } });
  expect((await run(modelDiffCommand, model, model, "--data", data)).stderr).toContain('Give the file of "freezers"');
});
