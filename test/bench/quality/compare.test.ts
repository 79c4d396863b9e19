import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { pythonWith } from "../../../bench/python.ts";
import { compare, type CompareOptions, type Experiment } from "../../../bench/quality/compare.ts";
import { readRecording } from "../../../bench/quality/recording.ts";
import { blockFolds, blocksOf, recordingSplits } from "../../../bench/quality/recording-splits.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { trainingParameters } from "../../../trainer/parameters.ts";
import { datasetOf } from "../../fixtures/dataset.ts";
import { recordingAbsent, recordingPath } from "../../fixtures/recording.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const python = pythonWith("lightgbm, xgboost") ?? null;
const noPeers = python === null ? "no Python with lightgbm and xgboost" : null;
const noSlice = recordingAbsent ?? noPeers;

const parameters = trainingParameters({ rounds: 20, max_leaves: 8, lambda: 0, min_child_weight: 1e-3, min_data_in_leaf: 20 });
const optionsWith = async (more: Partial<CompareOptions>): Promise<CompareOptions> => ({ kernel: await loadKernel(), parameters, python, signal: new AbortController().signal, onStep: () => {}, ...more });

const made = datasetOf({ R1: 60, R2: 4000, R3: 1300, R4: 2500, R5: 60 });
const data = { features: made.features, width: 4, labels: made.labels };
const experiment: Experiment = { name: "made", title: "Made", columns: [1, 0], trials: [blockFolds(made, { seed: 1, purged: true })], allDrawn: false, groupOf: blocksOf(made).blockOf };

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
  const blind = await compare(data, { ...experiment, columns: [1], groupOf: null }, await optionsWith({}));
  for (const { figures } of blind.learners) expect(figures.auc).toBeLessThan(0.6);
});

test.skipIf(noPeers)(`what Python has to say of a failure is in the error${noPeers === null ? "" : `: skipped, ${noPeers}`}`, async () => {
  const beyond = { ...experiment, columns: [9] };
  await expect(compare(data, beyond, await optionsWith({}))).rejects.toThrow(/IndexError|out of bounds/);
});

test.skipIf(noSlice)(`on one row in twenty of the recording all learners tell random rows apart, and none a recording that was left out${noSlice === null ? "" : `: skipped, ${noSlice}`}`, async () => {
  await using folder = await temporaryFolder();
  const [header, ...rows] = (await readFile(recordingPath, "utf8")).split("\n");
  await writeFile(folder.file("slice.csv"), [header, ...rows.filter((_, row) => row % 20 === 0)].join("\n"));
  const slice = await readRecording(await loadKernel(), folder.file("slice.csv"));
  const columns = Array.from({ length: slice.fieldFeatures }, (_, i) => i);
  const of = async (name: string) => {
    const { fold, title } = recordingSplits(slice).find((each) => each.name === name)!;
    const sliced = { features: slice.features, width: slice.featureNames.length, labels: slice.labels };
    const { learners } = await compare(sliced, { name, title, columns, trials: [[fold]], allDrawn: false, groupOf: null }, await optionsWith({}));
    return learners.map(({ figures }) => figures.balancedAccuracy!);
  };
  const random = await of("random");
  expect(random).toHaveLength(3);
  expect(Math.min(...random)).toBeGreaterThan(0.98);
  expect(Math.max(...(await of("without-R4")))).toBeLessThan(0.6);
});
