import { writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { Forest } from "../../kernel-as/host/forest.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { trainForest } from "../../kernel-as/host/train.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import type { ForestModel } from "../../kernel-as/model/forest.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import { xgboostUbjson } from "../../kernel-as/model/formats/xgboost/ubjson.ts";
import { binsOf } from "../../kernel-as/model/feature-bins.ts";
import { defaultParameters } from "../../kernel-as/model/training.ts";
import { ReplaySource } from "../../engine/source/replay.ts";
import smoke from "../../pipelines/smoke.ts";
import { readDataset } from "../../trainer/dataset.ts";
import { train, type GivenParameters, type TrainData } from "../../trainer/index.ts";
import { trainModel } from "../../trainer/judged-model.ts";
import { stumpModel } from "../fixtures/model.ts";
import { random } from "../fixtures/random.ts";
import { recordingAbsent, recordingPath } from "../fixtures/recording.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { pythonWith, runPython } from "./python.ts";
import { differences } from "./xgboost-folder.ts";

const { python, reason } = pythonWith("xgboost");
const kernel = await loadKernel();

/** Our margins and probabilities, and those of XGBoost itself for the model's file. */
async function bothSides(model: ForestModel, features: Float32Array) {
  await using folder = await temporaryFolder();
  const path = folder.file("model.json");
  const file = xgboostJson.write(model);
  await writeFile(path, file);
  const forest = xgboostJson.read(file);
  using scorer = new Forest(kernel, forest);
  const theirs = runPython(python!, "xgboost_margins.py", [path, String(forest.featureCount)], features);
  const rows = features.length / forest.featureCount;
  return { ours: { margins: scorer.margins(features), probabilities: scorer.predict(features) }, theirs: { margins: theirs.subarray(0, rows), probabilities: theirs.subarray(rows) } };
}

describe.skipIf(reason)("XGBoost itself opens a model of ours", () => {
  test.each([
    ["missing values everywhere", 0.3, 0.5],
    ["no missing values, another base score", 0, 0.25],
  ])("%s: the same margins bit for bit, probabilities within 5e-7", async (_, missing, base_score) => {
    const next = random(11);
    const width = 9;
    const rows = 4000;
    const features = Float32Array.from({ length: rows * width }, () => (next() < missing ? NaN : next() < 0.3 ? Math.floor(next() * 5) : next() * 200 - 100));
    const labels = Float32Array.from({ length: rows }, (__, row) => (features[row * width]! > 0 !== next() < 0.2 ? 1 : 0));
    const input = { features, labels, bins: binsOf(features, width), parameters: { ...defaultParameters, rounds: 80, max_depth: 6, base_score } };
    const { forest } = await trainForest(kernel, input);
    const { ours, theirs } = await bothSides(withCard(forest, stumpModel(smoke, "PM2.5", 1).card), features);
    expect(ours.margins).toEqual(theirs.margins);
    const apart = Math.max(...Array.from(ours.probabilities, (p, row) => Math.abs(p - theirs.probabilities[row]!)));
    expect(apart).toBeLessThan(5e-7);
  });

  test.each<[string, GivenParameters, TrainingShape]>([
    ["three classes", { objective: "multi:softprob", num_class: 3 }, { classes: 3 }],
    ["regression", { objective: "reg:squarederror" }, { classes: 50 }],
    ["splits by category", { max_cat_threshold: 64 }, { categorical: [1, 2] }],
    ["splits by one category each", { max_cat_to_onehot: 255 }, { categorical: [1, 2] }],
    ["leaves bound and rows drawn", { max_leaves: 31, alpha: 1, max_delta_step: 0.5, subsample: 0.5, monotone_constraints: [1, 0, -1, 0, 0, 0] }, {}],
    ["a model that was trained on", { objective: "multi:softprob", num_class: 3 }, { classes: 3, categorical: [1], continued: true }],
  ])("%s: the same margins and leaves, in both formats", async (name, parameters, shape) => {
    const { data, rows } = trainingData(13, shape);
    using first = (await train(data, { rounds: 30, ...parameters }, { kernel })).forest;
    using second = shape.continued ? (await train(data, { rounds: 10, ...parameters }, { kernel, init: first })).forest : null;
    const { model } = second ?? first;
    expect(model.trees.some(({ categories }) => categories !== null)).toBe(shape.categorical !== undefined);
    const cases = [xgboostJson, xgboostUbjson].map(({ write, extensions: [extension] }) => ({ name, model, file: write(model), extension: extension!, rows }));
    expect(await differences(python!, cases)).toEqual([]);
  });

  test.skipIf(recordingAbsent)("the smoke model of the real recording, on all of its 62,630 rows", async () => {
    const source = new ReplaySource({ path: recordingPath, schema: smoke.schema, topic: smoke.readings, speed: "max" });
    const { dataset } = await readDataset(kernel, smoke, source);
    const { forest, card } = await trainModel({ kernel, dataset, pipelineName: "smoke", trainedOn: { kind: "file", name: "recording", sha256: "" }, parameters: defaultParameters });
    const { ours, theirs } = await bothSides(withCard(forest, card), dataset.features);
    expect(ours.margins).toHaveLength(62_630);
    expect(ours.margins).toEqual(theirs.margins);
  });
});

interface TrainingShape {
  readonly classes?: number;
  readonly categorical?: readonly number[];
  readonly continued?: boolean;
}

/** Rows with missing values, whose labels follow some of their values; and other rows to score, with categories that are in no row of these. */
function trainingData(seed: number, { classes = 2, categorical = [] }: TrainingShape): { data: TrainData; rows: Float64Array } {
  const next = random(seed);
  const width = 6;
  const draw = (rows: number, categories: number) =>
    Float64Array.from({ length: rows * width }, (_, i) => (next() < 0.1 ? NaN : categorical.includes(i % width) ? Math.floor(next() * categories) : Math.fround(next() * 10 - 5)));
  const learned = draw(3000, 40);
  const labels = Array.from({ length: 3000 }, (_, row) => {
    const sum = learned.subarray(row * width, row * width + 3).reduce((total, x) => total + (Number.isNaN(x) ? 0 : Math.sin(x)), 0);
    return Math.min(classes - 1, Math.max(0, Math.floor((sum / 4 + 0.5 + next() * 0.1) * classes)));
  });
  return { data: { rows: learned, width, labels, categorical }, rows: draw(1000, 60) };
}
