import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Forest } from "../../kernel-as/host/forest.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import type { SplitReport } from "../../kernel-as/model/split-report.ts";
import { defaultParameters } from "../../kernel-as/model/training.ts";
import { reportLines } from "../../trainer/report/lines.ts";
import { trainModel } from "../../trainer/judged-model.ts";
import type { TrainProgress } from "../../trainer/row-trainer.ts";
import { splitsNamed } from "../../trainer/split-named.ts";
import { hash } from "../../trainer/split.ts";
import { datasetOf } from "../fixtures/dataset.ts";
import { shiftedRooms } from "../fixtures/shifted-rooms.ts";

const kernel = await loadKernel();
const options = {
  kernel,
  dataset: datasetOf({ R1: 900, R2: 900 }),
  pipelineName: "test",
  trainedOn: { kind: "simulated", sensors: 2, rateHz: 1, seconds: 900, seed: 1 } as const,
  parameters: { ...defaultParameters, rounds: 20 },
};

test("a rule that holds everywhere is found on every split, and the report shows all three", async () => {
  const { card } = await trainModel(options);
  expect(card.splits.map(({ name, metrics }) => [name, metrics!.accuracy > 0.98])).toEqual([["random", true], ["blocks", true], ["recordings", true]]);
  const report = reportLines(card).join("\n");
  for (const { title } of card.splits) expect(report).toContain(title);
  expect(report).toContain("trained on: simulated");
});

test("the same rows give the same trees and the same figures on every runtime, byte for byte", async () => {
  const { forest, card } = await trainModel(options);
  const hashed = (splits: SplitReport[]) => createHash("sha256").update(xgboostJson.write(withCard(forest, { ...card, splits }))).digest("hex");
  expect(hashed(card.splits.map(({ name, metrics }) => ({ name, title: "", meaning: "", metrics })))).toBe("61a0bb9d0da7ca4cf5806dedb44ae758a29768949612afa475251426ac20da7a");
  expect(hashed(card.splits.map((split) => ({ ...split, title: "", meaning: "" })))).toBe("1bc1ce2b0ee0f90f1b2cf87e1cbfec29d4f3479f88b00d2306a6902b775ae4b5");
});

test("progress rises by one tree at a time to what was announced", async () => {
  const seen: TrainProgress[] = [];
  await trainModel({ ...options, onProgress: (progress) => seen.push(progress) });
  expect(seen.map(({ trees }) => trees)).toEqual(seen.map((_, i) => i + 1));
  expect(seen.at(-1)).toMatchObject({ what: "the model", trees: seen[0]!.ofTrees });
});

test("the model also judges readings that come without their window", async () => {
  const { forest } = await trainModel(options);
  using scorer = new Forest(kernel, forest);
  const probabilities = scorer.predict(Float32Array.from([0.9, 0.5, NaN, NaN, 0.1, 0.5, NaN, NaN]));
  expect(probabilities[0]).toBeGreaterThan(0.6);
  expect(probabilities[1]).toBeLessThan(0.4);
});

test("held-out rows are judged once more without their history, where features look back, and the report says so in a line", async () => {
  const { card } = await trainModel(options);
  const blocks = card.splits.find(({ name }) => name === "blocks")!.metrics!;
  expect(card.alone).toMatchObject({ rows: blocks.rows, positives: blocks.positives });
  expect(card.alone!.accuracy).toBeGreaterThan(0.98);
  expect(card.alone!.logloss).not.toBe(blocks.logloss);
  expect(reportLines(card).filter((line) => line.startsWith("without history"))).toEqual([expect.stringContaining(card.alone!.accuracy.toFixed(4))]);

  const pointsOnly = await trainModel({ ...options, dataset: { ...options.dataset, pointFeatures: 4 } });
  expect(pointsOnly.card).not.toHaveProperty("alone");
  expect(reportLines(pointsOnly.card).join("\n")).not.toContain("without history");
});

test("a split that is no better than chance is said to be so, in words", async () => {
  const flipped = { ...options.dataset, labels: options.dataset.labels.map((label, row) => (options.dataset.recordingOf[row] === 1 ? 1 - label : label)) };
  const { card } = await trainModel({ ...options, dataset: flipped });
  expect(card.splits.find(({ name }) => name === "recordings")!.metrics!.auc).toBeLessThan(0.2);
  expect(reportLines(card).join("\n")).toMatch(/a recording left out: .*no better than chance: 2 distinct recordings, in which the label changes \d+ times, cannot teach what fire looks like in another one\./);
});

test("what was found in the data stands below the splits, and is not asked for in cards that have none", async () => {
  const { card } = await trainModel(options);
  expect(reportLines(card).join("\n")).not.toContain("too good");
  expect(reportLines({ ...card, findings: ["The label changes at 2 of 1800 rows."] }).slice(-2)).toEqual(["what makes scores on these readings too good:", "  The label changes at 2 of 1800 rows."]);
});

test("data with one class only cannot train", async () => {
  const safe = { ...options.dataset, labels: options.dataset.labels.map(() => 0) };
  await expect(trainModel({ ...options, dataset: safe })).rejects.toMatchObject({ code: "MGV_TRAIN_DATA" });
});

test("no feature is cut more often than max_bin allows", async () => {
  const { dataset } = options;
  const unruly = { ...dataset, labels: dataset.labels.map((_, row) => hash(row) % 2) };
  const mostCuts = async (max_bin: number) => {
    const { forest } = await trainModel({ ...options, dataset: unruly, parameters: { ...options.parameters, max_bin } });
    const cuts = new Map<number, Set<number>>();
    for (const { left, feature, split } of forest.trees) {
      for (const [node, child] of left.entries()) if (child !== -1) cuts.set(feature[node]!, (cuts.get(feature[node]!) ?? new Set()).add(split[node]!));
    }
    return Math.max(...Array.from(cuts.values(), ({ size }) => size));
  };
  expect(await mostCuts(255)).toBeGreaterThan(3);
  expect(await mostCuts(3)).toBeLessThanOrEqual(3);
});

const shifted = { ...options, dataset: shiftedRooms(6), judgeBy: splitsNamed(shiftedRooms(6), ["recordings"]) };

test("each fold chooses its threshold without its test rows: what is reported breaks a budget that choosing by those rows would have kept", async () => {
  const { judged, card } = await trainModel({ ...shifted, falseAlarmsPerSensorDay: 4 });
  const { alarms, curves } = judged[0]!.judgement!;
  const choosable = curves.alarms.filter(({ falseAlarmsPerSensorDay }) => falseAlarmsPerSensorDay! <= 4);
  expect(choosable.length).toBeGreaterThan(0);
  expect(alarms!.falseAlarmsPerSensorDay).toBeGreaterThan(8);
  expect(card.splits[0]!.alarms!.falseAlarmsPerSensorDay).toBeCloseTo(alarms!.falseAlarmsPerSensorDay!, 6);
  expect(card.threshold).not.toBe(0.5);
  expect(card.thresholdReason).toMatch(/within the budget of 4\. Chosen by 7200 rows/);
  expect(reportLines(card).join("\n")).toContain(`threshold: ${card.thresholdReason}`);
});

test("a calibration is judged by rows that it was not fitted by, and kept in the card; with choices too the same rows give the same bytes", async () => {
  const train = () => trainModel({ ...shifted, falseAlarmsPerSensorDay: 4, calibration: "isotonic" });
  const [one, other] = [await train(), await train()];
  expect(xgboostJson.write(withCard(one.forest, one.card))).toEqual(xgboostJson.write(withCard(other.forest, other.card)));
  expect(one.judged).toEqual(other.judged);
  const { calibrated, measures } = one.judged[0]!.judgement!;
  expect(calibrated!.logloss).not.toBe(measures.logloss);
  expect(one.card).toMatchObject({ calibration: { kind: "isotonic" }, splits: [{ calibrated: { logloss: expect.closeTo(calibrated!.logloss!, 6) as number } }] });
  expect(reportLines(one.card).join("\n")).toMatch(/calibrated: log loss .*\n[^]*calibration: isotonic/);
});

test("choices cost no tree of the model: it is the one that is trained without them", async () => {
  const [plain, choosing] = [await trainModel(shifted), await trainModel({ ...shifted, falseAlarmsPerSensorDay: 4 })];
  expect(choosing.forest).toEqual(plain.forest);
  expect(plain.card.threshold).toBe(0.5);
  expect(plain.card).not.toHaveProperty("thresholdReason");
});

test("folds that cannot be parted once more keep 0.5, and the split says so", async () => {
  const dataset = datasetOf({ R1: 500, R2: 500 });
  const { judged, card } = await trainModel({ ...options, dataset, judgeBy: splitsNamed(dataset, ["random", "recordings"]), falseAlarmsPerSensorDay: 1 });
  // with one of two recordings left out, a single one of less than ten minutes is left: one block
  expect(judged.map(({ verdict }) => verdict?.slice(0, 60) ?? null)).toEqual([null, "In 2 of 2 folds nothing could be chosen and the threshold st"]);
  expect(reportLines(card).join("\n")).toMatch(/the threshold stays 0\.5, because the rows to learn from cannot be parted/);
});

test("a calibration that cannot be fitted is an error before anything is trained", async () => {
  const one = datasetOf({ R1: 500 });
  let trees = 0;
  await expect(trainModel({ ...options, dataset: one, calibration: "platt", onProgress: () => trees++ })).rejects.toMatchObject({ code: "MGV_TRAIN_DATA", message: expect.stringContaining("cannot be parted") as string });
  expect(trees).toBe(0);
});

test("the loss after each round is told of the rows learned from, and of those that the blocks hold out", async () => {
  const { rounds, judged } = await trainModel(options);
  expect(rounds.map(({ round }) => round)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  const { logloss } = judged.find(({ name }) => name === "blocks")!.judgement!.measures;
  expect(rounds.at(-1)!.validationLoss).toBeCloseTo(logloss!, 5);
  expect(rounds.at(-1)!.loss).toBeLessThan(rounds[0]!.loss);
  const other = await trainModel({ ...options, judgeBy: splitsNamed(options.dataset, ["random"]) });
  expect(other.rounds.map(({ loss, validationLoss }) => [loss, validationLoss])).toEqual(rounds.map(({ loss }) => [loss, null]));
});

test("splits are judged in the order in which they are named, with the intervals and alarms that the card keeps", async () => {
  const names = ["groups", "time", "blocks"] as const;
  const rooms = shiftedRooms(1);
  const { card, judged } = await trainModel({ ...options, dataset: rooms, judgeBy: splitsNamed(rooms, names) });
  expect(card.splits.map(({ name }) => name)).toEqual(names);
  expect(card.splits.map(({ groups }) => groups)).toEqual(judged.map(({ judgement }) => judgement!.intervals.groups));
  expect(card.splits[0]).toMatchObject({ groups: 10, alarms: { fires: 60, groups: 10 } });
  expect(card.splits[0]!.ranges!.auc![0]).toBeLessThan(card.splits[0]!.metrics!.auc!);
  const report = reportLines(card).join("\n");
  expect(report).toMatch(/auc 0\.\d{3} to 0\.\d{3}.*: 95 of 100 draws of 10 groups\. Intervals from 10 groups are narrower than they claim/);
  expect(report).toMatch(/alarms: \d+ of 60 fires found \(0\.\d\d to \d\.\d\d\), half of them within \d+ s.*; [\d.]+ false alarms a sensor and day/);
});
