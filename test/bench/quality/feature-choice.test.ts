import { expect, test } from "vitest";
import { chooseFeatures, innerFolds } from "../../../bench/quality/feature-choice.ts";
import { blockFolds, blocksOf } from "../../../bench/quality/recording-splits.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { defaultParameters } from "../../../kernel-as/model/training.ts";
import { datasetOf } from "../../fixtures/dataset.ts";

const made = datasetOf({ R1: 60, R2: 4000, R3: 1300, R4: 2500, R5: 60 });
const folds = blockFolds(made, { seed: 1, purged: true });

test("inner folds know nothing of what the outer fold tests, or of what lies near to it", () => {
  folds.forEach(({ train }, k) => {
    const learned = new Set(train);
    const inner = innerFolds(folds, k);
    expect(inner).toHaveLength(4);
    for (const each of inner) {
      expect([...each.train, ...each.test].every((row) => learned.has(row))).toBe(true);
      expect(each.test.some((row) => each.train.includes(row))).toBe(false);
    }
  });
});

test("the features that tell the label are chosen in each fold, and judged as if they alone had been given", async () => {
  const data = { features: made.features, width: 4, labels: made.labels };
  const sets = new Map([["telling", [0]], ["not telling", [1]]]);
  const options = { kernel: await loadKernel(), parameters: { ...defaultParameters, rounds: 5 }, signal: new AbortController().signal, onStep: () => {} };
  const { chosen, learners } = await chooseFeatures(data, { name: "made", title: "Made", sets, trials: [folds], groupOf: blocksOf(made).blockOf }, options);
  expect(chosen).toEqual({ telling: 5, "not telling": 0 });
  const [telling, , best] = learners;
  expect(best).toEqual({ ...telling, name: "chosen by inner folds" });
  expect(telling!.figures.auc).toBeGreaterThan(0.99);
});
