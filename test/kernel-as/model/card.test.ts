import { expect, test } from "vitest";
import { cardOf, withCard, type ModelCard } from "../../../kernel-as/model/card.ts";
import { xgboostJson } from "../../../kernel-as/model/formats/xgboost/json.ts";
import { binaryForest } from "../../../kernel-as/model/forest.ts";
import { defaultParameters } from "../../../kernel-as/model/training.ts";

const card: ModelCard = {
  pipeline: "test",
  features: ["Temperature[C]", 'a "quoted" name'],
  threshold: 0.5,
  trainedOn: { kind: "simulated", sensors: 1, rateHz: 1, seconds: 1, seed: 1 },
  rows: 3,
  positives: 1,
  parameters: defaultParameters,
  splits: [],
};
const model = { ...binaryForest([], 2, 0.5), attributes: { best_iteration: "3" } };

test("a card comes back from the file as it went in, beside what else the model says", () => {
  const read = xgboostJson.read(xgboostJson.write(withCard(model, card)));
  expect(cardOf(read)).toEqual(card);
  expect(read.attributes).toMatchObject(model.attributes);
  const alone = { rows: 3, positives: 1, accuracy: 1, precision: null, recall: null, f1: null, auc: null, logloss: 0.5 };
  expect(cardOf(withCard(read, { ...card, threshold: 0.25, alone }))).toEqual({ ...card, threshold: 0.25, alone });
});

test("a calibration and findings come back too", () => {
  const judged: ModelCard = { ...card, calibration: { kind: "isotonic", from: [0.25, 0.5], to: [0, 1] }, findings: ["the label changes at 2 of 3 rows"] };
  expect(cardOf(xgboostJson.read(xgboostJson.write(withCard(model, judged))))).toEqual(judged);
});

test("a model from elsewhere has none", () => {
  expect(cardOf(model)).toBeNull();
});

test.each([
  ["says nothing", "{}", /does not describe a model/],
  ["is null", "null", /does not describe a model/],
  ["has a threshold of 2", JSON.stringify({ ...card, threshold: 2 }), /does not describe a model/],
  ["has features that are no names", JSON.stringify({ ...card, features: [1] }), /does not describe a model/],
  ["has a calibration that falls", JSON.stringify({ ...card, calibration: { kind: "platt", slope: -1, intercept: 0 } }), /does not describe a model/],
  ["has findings that are no sentences", JSON.stringify({ ...card, findings: [1] }), /does not describe a model/],
  ["judges single readings by no figures", JSON.stringify({ ...card, alone: { rows: 3, positives: 1, accuracy: null, logloss: 0 } }), /does not describe a model/],
  ["is not JSON", "{", /is not JSON/],
])("a card that %s is refused in a sentence", (_, mangrove, sentence) => {
  expect(() => cardOf({ attributes: { mangrove } })).toThrow(expect.objectContaining({ code: "MGV_MODEL_FORMAT" }));
  expect(() => cardOf({ attributes: { mangrove } })).toThrow(sentence);
});
