import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { modelInfoCommand } from "../../commands/model-info.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import type { ForestModel } from "../../kernel-as/model/forest.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import smoke from "../../pipelines/smoke.ts";
import { run } from "../fixtures/command.ts";
import { randomForest } from "../fixtures/forests.ts";
import { stumpModel } from "../fixtures/model.ts";
import { random } from "../fixtures/random.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { topic } from "../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import { smokeSchema } from "../../pipelines/smoke-schema.ts";

/** The smoke pipeline without windows. */
const pointwise = pipeline("smoke").from(topic("smoke_sensor_data"), smokeSchema);

const golden = (name: string) => fileURLToPath(new URL(`../goldens/${name}`, import.meta.url));

async function jsonOf(path: string): Promise<Record<string, any>> {
  const { code, stdout, stderr } = await run(modelInfoCommand, path, "--json");
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, any>;
}

const textOf = async (path: string) => (await run(modelInfoCommand, path)).stdout;

/** What info says of a model that lies in no file. */
async function ofModel(model: ForestModel): Promise<{ json: Record<string, any>; text: string }> {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("model.json"), xgboostJson.write(model));
  return { json: await jsonOf(folder.file("model.json")), text: await textOf(folder.file("model.json")) };
}

test("a model of this project: what it holds, and its card", async () => {
  const { forest, card } = stumpModel(smoke, "eCO2[ppm]", 420);
  const { json, text } = await ofModel(withCard(forest, card));
  expect(json).toMatchObject({
    format: "xgboost-json",
    family: "xgboost",
    objective: "binary:logistic",
    predicts: "a probability",
    outputs: 1,
    trees: 1,
    rounds: 1,
    best_rounds: null,
    leaves: { min: 2, median: 2, max: 2, total: 2 },
    depth: 1,
    base_scores: [0.5],
    missing: ["nan"],
    scored_by: "ranks",
    feature_count: 60,
    features_named_by: "card",
    warnings: ["It was trained on simulated rooms, not on measurements."],
    card: { pipeline: "smoke", threshold: 0.5 },
  });
  expect(json["features"]).toHaveLength(60);
  expect(json["features"][3]).toEqual({ index: 3, name: "eCO2[ppm]", type: null, categories: null, splits: 1, gain: 0, importance: { weight: 1, gain: 0, cover: 0, total_gain: 0, total_cover: 0 } });
  for (const part of ["XGBoost JSON", "binary:logistic; predicts a probability", "1 tree in 1 round", "60, named by the model's card; 1 in use", "eCO2[ppm]", "trained on: simulated"]) {
    expect(text).toContain(part);
  }
});

test("the version is that of the engine: the first digits of the file's hash", async () => {
  const bytes = readFileSync(golden("xgboost/logistic.json"));
  expect(await jsonOf(golden("xgboost/logistic.json"))).toMatchObject({ version: createHash("sha256").update(bytes).digest("hex").slice(0, 12), bytes: bytes.length });
});

test("features stand by gain, with names, types and categories", async () => {
  const text = await textOf(golden("xgboost/cats.json"));
  expect(text).toMatch(/#\s+feature\s+gain\s+splits\n\s+1\s+colour\s+45\.6 %\s+3\s+one of 5: "red", "green", "", "blue", "light blue"\n\s+0\s+x\s+43\.5 %\s+10\s+float/);
  const { features } = await jsonOf(golden("xgboost/cats.json"));
  expect(features[2]).toMatchObject({ name: "small", type: "c", categories: [-3, 7, 100] });
});

test.each([
  ["xgboost/softmax.ubj", { format: "xgboost-ubjson", predictions: 1, outputs: 3, predicts: "the number of a class, 0 to 2" }, /multi:softmax predicts the number of a class; --margin/],
  ["xgboost/stopped.json", { rounds: 5, best_rounds: 3 }, /noted 3 of 5 rounds as the best; all are used unless --rounds best/],
  ["xgboost/categorical.json", { categorical_splits: 9 }, /does not name its categories/],
  ["xgboost/pairwise-1.7.json", { predicts: "a score to rank by" }, /between queries they say nothing/],
  ["lightgbm/custom.txt", { format: "lightgbm-text", family: "lightgbm", objective: "custom", base_scores: [] }, /names no objective: predictions are margins/],
  ["lightgbm/missing-zero.txt", { missing: ["zero"] }, null],
  ["lightgbm/forest.txt", { averaged: true }, null],
  ["xgboost/dart.ubj", { dart: true }, null],
  ["xgboost/logistic-1.7.model", { format: "xgboost-binary" }, /no names of features: a CSV must have them as f0/],
])("%s", async (name, expected, warning) => {
  const json = await jsonOf(golden(name));
  expect(json).toMatchObject(expected);
  if (warning) expect(json["warnings"].join("\n")).toMatch(warning);
});

describe("which tier scores", () => {
  const forest = (options: Partial<Parameters<typeof randomForest>[1]>) =>
    randomForest(random(1), { family: "xgboost", features: 5, trees: 3, leaves: 8, outputs: 1, categorical: 0, special: "none", ...options });

  test("the walk, for leaves that add to every output, and for trees of more than 256 leaves", async () => {
    expect((await ofModel(forest({ outputs: 2, special: "vectors" }))).text).toContain("the walk, row by row: its leaves add to every output");
    expect((await ofModel(forest({ leaves: 257 }))).json).toMatchObject({ scored_by: "walk", walked_because: "a tree has 257 leaves, and 256 are the most" });
    expect(await jsonOf(golden("lightgbm/linear.txt"))).toMatchObject({ scored_by: "walk", walked_because: "its leaves are linear functions", linear_leaves: true });
  });

  test("byte ranks else", async () => {
    expect((await ofModel(forest({ leaves: 256 }))).json).toMatchObject({ scored_by: "ranks", walked_because: null });
  });
});

test("a terminal is not steered by names in a file", async () => {
  const named = { ...stumpModel(pointwise, "eCO2[ppm]", 1).forest, featureNames: Array.from({ length: 12 }, (_, i) => `\u001b[31mred\n${i}`) };
  const { text, json } = await ofModel(named);
  expect(text).not.toContain("\u001b");
  expect(json["features"][0].name).toBe("\u001b[31mred\n0");
});

test("a file that claims two hundred million features is told of at once", async () => {
  const { json, text } = await ofModel({ ...stumpModel(smoke, "eCO2[ppm]", 1).forest, featureCount: 200_000_000 });
  expect(json).toMatchObject({ feature_count: 200_000_000, features: [{ index: 3, name: "f3" }] });
  expect(text).toContain("200000000, without names; 1 in use");
});

test.each(["xgboost", "lightgbm"])("every golden of %s has a short text", async (family) => {
  for (const file of readdirSync(golden(family)).filter((name) => !name.includes(".expected."))) {
    const lines = (await textOf(golden(`${family}/${file}`))).split("\n");
    expect(lines.length, file).toBeLessThan(30);
    for (const line of lines) expect(line.length, `${file}: ${line}`).toBeLessThan(150);
  }
});

test("what is no model is told with its path and with what can be read", async () => {
  await using folder = await temporaryFolder();
  await writeFile(folder.file("notes.txt"), "hello\n");
  expect(await run(modelInfoCommand, folder.file("notes.txt"))).toMatchObject({ code: null, stdout: "", stderr: expect.stringMatching(/MGV_MODEL_FORMAT: .*notes\.txt: .*What can be read: XGBoost JSON, .*LightGBM text/) });
  expect((await run(modelInfoCommand, folder.file("none.json"))).stderr).toMatch(/MGV_FILE_READ: Cannot read .*none\.json: there is no such file/);
  expect((await run(modelInfoCommand, folder.path)).stderr).toMatch(/MGV_FILE_READ: .*it is a folder/);
});
