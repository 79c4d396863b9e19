import { expect, test } from "vitest";
import { Forest } from "../../../kernel-as/host/forest.ts";
import { withCard } from "../../../kernel-as/model/card.ts";
import { defaultParameters } from "../../../kernel-as/model/training.ts";
import { loadKernel, trainModel } from "../../../trainer/index.ts";
import { judgedOfCard } from "../../../trainer/report/judged-of-card.ts";
import { reportOf } from "../../../trainer/report/report-of.ts";
import { datasetOf } from "../../fixtures/dataset.ts";

const kernel = await loadKernel();
const dataset = datasetOf({ R1: 1500, R2: 1500 });
const trainedOn = { kind: "simulated", sensors: 2, rateHz: 1, seconds: 1500, seed: 1 } as const;
const { forest: model, card } = await trainModel({ kernel, dataset, pipelineName: "rooms", trainedOn, parameters: { ...defaultParameters, rounds: 5 } });

test("a report says of a training what its parts say", () => {
  using forest = new Forest(kernel, withCard(model, card));
  const judged = judgedOfCard(card.splits);
  const finding = { kind: "labels", of: "label", sentence: "Few." } as const;
  const report = reportOf({ name: "rooms", version: "0123456789ab", forest, card, thresholdReason: "Why not.", dataset, judged, rounds: null, findings: [finding], search: null });
  expect(report.model).toMatchObject({ name: "rooms", version: "0123456789ab", trees: 5, pipeline: "rooms", trainedOn: "simulated", threshold: 0.5, thresholdReason: "Why not.", calibration: null, parameters: { rounds: 5 } });
  expect(report.data).toMatchObject({ source: "2 simulated sensors at 1 Hz for 1500 s, seed 1", rows: 3000, positives: card.positives });
  expect(report.features.map(({ name }) => name)).toEqual(dataset.featureNames);
  expect(report).toMatchObject({ splits: judged, findings: [finding], rounds: null, search: null });
});

test("figures of a card give the calls that they were counted from", () => {
  for (const { metrics } of card.splits.filter(({ metrics }) => metrics !== null)) {
    const [split] = judgedOfCard([{ name: "blocks", title: "", meaning: "", metrics }]);
    const { truePositives, falsePositives, falseNegatives, trueNegatives } = split!.judgement!.confusion;
    expect(truePositives + falsePositives + falseNegatives + trueNegatives).toBe(metrics!.rows);
    expect((truePositives + trueNegatives) / metrics!.rows).toBeCloseTo(metrics!.accuracy, 6);
    expect(truePositives / (truePositives + falsePositives)).toBeCloseTo(metrics!.precision!, 5);
  }
});
