import { expect, test } from "vitest";
import { pythonWith } from "../../../bench/python.ts";
import { compare, type CompareOptions, type Experiment } from "../../../bench/quality/compare.ts";
import { blockFolds } from "../../../bench/quality/recording-splits.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { trainingParameters } from "../../../trainer/parameters.ts";
import { datasetOf } from "../../fixtures/dataset.ts";

const python = pythonWith("lightgbm, xgboost") ?? null;
const noPeers = python === null ? "no Python with lightgbm and xgboost" : null;

const parameters = trainingParameters({ rounds: 20, max_leaves: 8, lambda: 0, min_child_weight: 1e-3, min_data_in_leaf: 20 });
const optionsWith = async (more: Partial<CompareOptions>): Promise<CompareOptions> => ({ kernel: await loadKernel(), parameters, python, signal: new AbortController().signal, onStep: () => {}, ...more });

const made = datasetOf({ R1: 60, R2: 4000, R3: 1300, R4: 2500, R5: 60 });
const data = { features: made.features, width: 4, labels: made.labels };
const experiment: Experiment = { name: "made", title: "Made", columns: [1, 0], trials: [blockFolds(made, { seed: 1, purged: true }).slice(0, 1)], allDrawn: false, groupOf: null };

test("without peers ours is judged alone", async () => {
  const { learners, difference } = await compare(data, experiment, await optionsWith({ python: null }));
  expect(learners.map(({ name }) => name)).toEqual(["Mangrove"]);
  expect(learners[0]!.figures.auc).toBeGreaterThan(0.99);
  expect(difference).toBeNull();
});

test.skipIf(noPeers)(`the peers learn the same columns of the same rows${noPeers === null ? "" : `: skipped, ${noPeers}`}`, async () => {
  const { learners } = await compare(data, experiment, await optionsWith({}));
  expect(learners.map(({ name }) => name.split(" ")[0])).toEqual(["Mangrove", "LightGBM", "XGBoost"]);
  for (const { figures } of learners) expect(figures.accuracy).toBeGreaterThan(0.99);
  const blind = await compare(data, { ...experiment, columns: [1] }, await optionsWith({}));
  for (const { figures } of blind.learners) expect(figures.auc).toBeLessThan(0.6);
});

test.skipIf(noPeers)(`what Python has to say of a failure is in the error${noPeers === null ? "" : `: skipped, ${noPeers}`}`, async () => {
  const beyond = { ...experiment, columns: [9] };
  await expect(compare(data, beyond, await optionsWith({}))).rejects.toThrow(/IndexError/);
});
