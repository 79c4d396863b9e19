import { expect, test } from "vitest";
import { Forest } from "../../../kernel-as/host/forest.ts";
import { withCard } from "../../../kernel-as/model/card.ts";
import { defaultParameters } from "../../../kernel-as/model/training.ts";
import { loadKernel, trainModel } from "../../../trainer/index.ts";
import { reportOf } from "../../../trainer/report/report-of.ts";
import { datasetOf } from "../../fixtures/dataset.ts";

const kernel = await loadKernel();
const dataset = datasetOf({ R1: 1500, R2: 1500 });
const trainedOn = { kind: "simulated", sensors: 2, rateHz: 1, seconds: 1500, seed: 1 } as const;
const { forest: model, card, judged, rounds } = await trainModel({ kernel, dataset, pipelineName: "rooms", trainedOn, parameters: { ...defaultParameters, rounds: 5 } });

test("a report says of a training what its parts say", () => {
  using forest = new Forest(kernel, withCard(model, card));
  const finding = { kind: "labels", of: "label", sentence: "Few." } as const;
  const report = reportOf({ name: "rooms", version: "0123456789ab", forest, card: { ...card, thresholdReason: "Why not." }, source: "2 sensors", dataset, judged, rounds, findings: [finding], search: null });
  expect(report.model).toMatchObject({ name: "rooms", version: "0123456789ab", trees: 5, pipeline: "rooms", trainedOn: "simulated", threshold: 0.5, thresholdReason: "Why not.", calibration: null, parameters: { rounds: 5 } });
  expect(report.data).toMatchObject({ source: "2 sensors", rows: 3000, positives: card.positives });
  expect(report.features.map(({ name }) => name)).toEqual(dataset.featureNames);
  expect(report).toMatchObject({ splits: judged, findings: [finding], rounds, search: null });
});
