import { expect, test } from "vitest";
import { cardOf, describeTrainedOn, withCard, type ModelCard, type TrainedOn } from "../../../kernel-as/model/card.ts";
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

test.each<[TrainedOn, string]>([
  [{ kind: "readings", count: 2, firstMs: Date.UTC(2022, 5, 9), lastMs: Date.UTC(2022, 5, 13, 23), sha256: "0123456789abcdef" }, "readings of 2022-06-09 to 2022-06-13 (sha256 0123456789ab)"],
  [{ kind: "readings", count: 2, firstMs: Date.UTC(2022, 5, 9), lastMs: Date.UTC(2022, 5, 9, 23), sha256: "0123456789abcdef" }, "readings of 2022-06-09 (sha256 0123456789ab)"],
  [{ kind: "file", name: "smoke.csv", sha256: "0123456789abcdef" }, "smoke.csv (sha256 0123456789ab)"],
])("what it was trained on comes back and is told, also of cards of before: %j", (trainedOn, text) => {
  expect(cardOf(xgboostJson.read(xgboostJson.write(withCard(model, { ...card, trainedOn }))))).toEqual({ ...card, trainedOn });
  expect(describeTrainedOn(trainedOn)).toBe(text);
});

test("a calibration and findings come back too", () => {
  const judged: ModelCard = { ...card, calibration: { kind: "isotonic", from: [0.25, 0.5], to: [0, 1] }, findings: ["the label changes at 2 of 3 rows"] };
  expect(cardOf(xgboostJson.read(xgboostJson.write(withCard(model, judged))))).toEqual(judged);
});

test("what a split says of intervals, alarms and its threshold comes back too, and a card of before has none of it", () => {
  const before = { name: "blocks", title: "10-minute blocks", meaning: "…", metrics: { rows: 3, positives: 1, accuracy: 1, precision: null, recall: null, f1: null, auc: null, logloss: 0.5 } } as const;
  const ranges = { accuracy: [0.5, 1], precision: null, recall: null, f1: null, auc: null, logloss: [0.25, 0.75] } as const;
  const alarms = { fires: 1, foundShare: 1, medianDelayMs: 0, falseAlarmsPerSensorDay: null, fireFreeSensorDays: 0, groups: 3, ranges: { foundShare: null, medianDelayMs: null, falseAlarmsPerSensorDay: null } };
  const judged: ModelCard = { ...card, thresholdReason: "0.5000 finds 1 of 1 fires.", splits: [before, { ...before, verdict: "It may be chance.", groups: 3, ranges, alarms, calibrated: { logloss: 0.5, calibrationError: 0 } }] };
  expect(cardOf(xgboostJson.read(xgboostJson.write(withCard(model, judged))))).toEqual(judged);
});

test("the column that named its sensors comes back too", () => {
  expect(cardOf(xgboostJson.read(xgboostJson.write(withCard(model, { ...card, group: "a=b" }))))).toEqual({ ...card, group: "a=b" });
});

test("a model from elsewhere has none", () => {
  expect(cardOf(model)).toBeNull();
});

test.each([
  ["says nothing", "{}", /does not describe a model/],
  ["is null", "null", /does not describe a model/],
  ["does not say what it was trained on", JSON.stringify({ ...card, trainedOn: { kind: "readings", sha256: "0" } }), /does not describe a model/],
  ["has a threshold of 2", JSON.stringify({ ...card, threshold: 2 }), /does not describe a model/],
  ["has features that are no names", JSON.stringify({ ...card, features: [1] }), /does not describe a model/],
  ["has a group that is no name", JSON.stringify({ ...card, group: 1 }), /does not describe a model/],
  ["has a calibration that falls", JSON.stringify({ ...card, calibration: { kind: "platt", slope: -1, intercept: 0 } }), /does not describe a model/],
  ["has findings that are no sentences", JSON.stringify({ ...card, findings: [1] }), /does not describe a model/],
  ["has a reason that is no sentence", JSON.stringify({ ...card, thresholdReason: 1 }), /does not describe a model/],
  ["has a split with half an interval", JSON.stringify({ ...card, splits: [{ metrics: null, groups: 3, ranges: { auc: [1] } }] }), /does not describe a model/],
  ["has a split with intervals of nothing", JSON.stringify({ ...card, splits: [{ metrics: null, ranges: {} }] }), /does not describe a model/],
  ["has a split with alarms that were not counted", JSON.stringify({ ...card, splits: [{ metrics: null, alarms: { fires: 1 } }] }), /does not describe a model/],
  ["judges single readings by no figures", JSON.stringify({ ...card, alone: { rows: 3, positives: 1, accuracy: null, logloss: 0 } }), /does not describe a model/],
  ["is not JSON", "{", /is not JSON/],
])("a card that %s is refused in a sentence", (_, mangrove, sentence) => {
  expect(() => cardOf({ attributes: { mangrove } })).toThrow(expect.objectContaining({ code: "MGV_MODEL_FORMAT" }));
  expect(() => cardOf({ attributes: { mangrove } })).toThrow(sentence);
});
