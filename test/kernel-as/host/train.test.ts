import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Forest } from "../../../kernel-as/host/forest.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { trainForest } from "../../../kernel-as/host/train.ts";
import { referenceMargins, referenceTrain } from "../../../kernel-as/model/reference.ts";
import { defaultParameters, quantileCuts, type TrainingInput } from "../../../kernel-as/model/training.ts";
import { random } from "../../fixtures/random.ts";

const kernels = { release: await loadKernel(), debug: await loadKernel({ build: "debug" }) };

/** Rows with ties, missing values and one column that says nothing; labels that follow the first feature nine times in ten. */
function inputOf(seed: number, rows: number, width: number, parameters: Partial<TrainingInput["parameters"]> = {}): TrainingInput {
  const next = random(seed);
  const features = Float32Array.from({ length: rows * width }, (_, i) => {
    if (i % width === width - 1 && width > 2) return 7;
    if (next() < 0.15) return NaN;
    return next() < 0.5 ? Math.floor(next() * 4) : next() * 10 - 5;
  });
  const labels = Float32Array.from({ length: rows }, (_, row) => (features[row * width]! > 1 !== next() < 0.1 ? 1 : 0));
  labels[0] = 0;
  labels[1] = 1;
  return { features, labels, cuts: quantileCuts(features, width), parameters: { ...defaultParameters, rounds: 3, ...parameters } };
}

const inputs = fc.record({
  seed: fc.integer({ min: 1, max: 1e9 }),
  rows: fc.integer({ min: 2, max: 60 }),
  width: fc.integer({ min: 1, max: 5 }),
  maxDepth: fc.integer({ min: 1, max: 5 }),
  lambda: fc.constantFrom(0, 0.5, 1, 10),
  gamma: fc.constantFrom(0, 0.1, 1),
  minChildWeight: fc.constantFrom(0, 0.5, 1, 3),
  learningRate: fc.constantFrom(0.1, 0.3, 1),
  baseScore: fc.constantFrom(0.5, 0.1, 0.7142857),
});

test.each(["release", "debug"] as const)("the %s kernel trains the oracle's forest and scores its margins, bit for bit", async (build) => {
  const kernel = kernels[build];
  await fc.assert(
    fc.asyncProperty(inputs, async ({ seed, rows, width, ...parameters }) => {
      const input = inputOf(seed, rows, width, parameters);
      const forest = await trainForest(kernel, input);
      expect(forest).toEqual(referenceTrain(input));
      using scorer = new Forest(kernel, forest);
      const margins = scorer.margins(input.features);
      for (let row = 0; row < rows; row++) {
        expect([margins[row]]).toEqual(referenceMargins(forest, input.features.subarray(row * width, (row + 1) * width)));
      }
    }),
    { numRuns: 60 },
  );
});

test("more rows than distinct bins, deep trees: still the oracle's bits", async () => {
  const input = inputOf(99, 700, 3, { maxDepth: 6, rounds: 2, minChildWeight: 0.1 });
  expect(await trainForest(kernels.release, input)).toEqual(referenceTrain(input));
});

test("memory is given back: a thousand trainings need no more than the first", async () => {
  const input = inputOf(5, 50, 3, { rounds: 1 });
  const bytes = () => kernels.release.calls.memory.buffer.byteLength;
  await trainForest(kernels.release, input);
  const before = bytes();
  for (let i = 0; i < 1000; i++) {
    const forest = await trainForest(kernels.release, input);
    using scorer = new Forest(kernels.release, forest);
    scorer.predict(input.features);
  }
  expect(bytes()).toBe(before);
});

test("progress is told after every tree, and an aborted signal ends the training", async () => {
  const controller = new AbortController();
  const seen: number[] = [];
  const training = trainForest(kernels.release, inputOf(1, 40, 2, { rounds: 50 }), {
    signal: controller.signal,
    onRound: (trees) => {
      seen.push(trees);
      if (trees === 5) controller.abort(new Error("enough"));
    },
  });
  await expect(training).rejects.toThrow("enough");
  expect(seen).toEqual([1, 2, 3, 4, 5]);
});

test.each([
  ["one class only", { labels: Float32Array.from([1, 1, 1]) }, "MGV_TRAIN_DATA"],
  ["a label of 2", { labels: Float32Array.from([0, 1, 2]) }, "MGV_TRAIN_DATA"],
  ["no rounds", { parameters: { ...defaultParameters, rounds: 0 } }, "MGV_TRAIN_PARAMETER"],
  ["a depth of 11", { parameters: { ...defaultParameters, maxDepth: 11 } }, "MGV_TRAIN_PARAMETER"],
  ["a learning rate of NaN", { parameters: { ...defaultParameters, learningRate: NaN } }, "MGV_TRAIN_PARAMETER"],
  ["histograms beyond the kernel's memory", { cuts: Array.from({ length: 2049 }, () => new Float32Array(1)), parameters: { ...defaultParameters, maxDepth: 10 } }, "MGV_TRAIN_PARAMETER"],
])("%s is refused", async (_, change, code) => {
  await expect(trainForest(kernels.release, { ...inputOf(3, 3, 1), ...change })).rejects.toMatchObject({ code });
});
