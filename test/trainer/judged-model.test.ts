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
import { hash } from "../../trainer/split.ts";
import { datasetOf } from "../fixtures/dataset.ts";

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
  expect(hashed(card.splits.map(({ name, metrics }) => ({ name, title: "", meaning: "", metrics })))).toBe("bff7cfe5bf522c987bfa4803ccb796d0808988af1c08a63f47990d4458c22a94");
  expect(hashed(card.splits.map((split) => ({ ...split, title: "", meaning: "" })))).toBe("5c9673e96447e858f567a338d72af5da62d4dc2790ee2fc65aaa7d69df2d3e72");
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
  expect(reportLines(card).join("\n")).toMatch(/a recording left out: .*no better than chance/);
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
