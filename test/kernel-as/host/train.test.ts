import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Forest } from "../../../kernel-as/host/forest.ts";
import { loadKernel } from "../../../kernel-as/host/kernel.ts";
import { trainForest } from "../../../kernel-as/host/train.ts";
import { binsOf } from "../../../kernel-as/model/feature-bins.ts";
import { referenceMargins } from "../../../kernel-as/model/reference.ts";
import { referenceTrain } from "../../../kernel-as/model/reference-train.ts";
import { defaultParameters, type TrainingInput, type TrainingParameters } from "../../../kernel-as/model/training.ts";
import { random } from "../../fixtures/random.ts";

const kernels = { release: await loadKernel(), debug: await loadKernel({ build: "debug" }) };

interface Shape {
  readonly seed: number;
  readonly rows: number;
  readonly width: number;
  readonly weighted?: boolean;
  /** Every other feature holds categories. */
  readonly categories?: number;
}

/** Rows with ties, missing values and one column that says nothing; labels that follow the first feature nine times in ten. */
function inputOf({ seed, rows, width, weighted = false, categories = 0 }: Shape, changes: Partial<TrainingParameters> = {}): TrainingInput {
  const next = random(seed);
  const parameters = { ...defaultParameters, rounds: 3, ...changes };
  const isCategory = (feature: number) => categories > 0 && feature % 2 === 1;
  const features = Float32Array.from({ length: rows * width }, (_, i) => {
    if (i % width === width - 1 && width > 2) return 7;
    if (next() < 0.15) return NaN;
    if (isCategory(i % width)) return Math.floor(next() * next() * categories * 1.2) * 3;
    return next() < 0.5 ? Math.floor(next() * 4) : next() * 10 - 5;
  });
  const classes = Math.max(parameters.num_class, 2);
  const labels = Float32Array.from({ length: rows }, (_, row) => {
    const signal = (features[row * width]! > 1 ? 1 : 0) + (width > 1 && features[row * width + 1]! % 2 === 1 ? 1 : 0);
    if (parameters.objective === "reg:squarederror") return signal * 3 + next();
    return next() < 0.1 ? Math.floor(next() * classes) : signal % classes;
  });
  labels[0] = 0;
  labels[1] = 1;
  const weights = weighted ? Float32Array.from({ length: rows }, () => (next() < 0.3 ? 20 : next() + 0.01)) : null;
  const categorical = Array.from({ length: width }, (_, feature) => isCategory(feature));
  return { features, labels, weights, bins: binsOf(features, width, { categorical, most: parameters.max_bin }), parameters };
}

const shapes = fc.record({
  seed: fc.integer({ min: 1, max: 1e9 }),
  rows: fc.integer({ min: 2, max: 60 }),
  width: fc.integer({ min: 1, max: 9 }),
  weighted: fc.boolean(),
  categories: fc.constantFrom(0, 0, 3, 12),
});

const growths = fc.constantFrom<Partial<TrainingParameters>>(
  { max_depth: 1 },
  { max_depth: 3 },
  { max_depth: 5 },
  { max_depth: 4, max_leaves: 6 },
  { grow_policy: "lossguide", max_depth: 0, max_leaves: 9 },
  { grow_policy: "lossguide", max_depth: 3, max_leaves: 7 },
);

const objectives = fc.constantFrom<Partial<TrainingParameters>>(
  { objective: "binary:logistic" },
  { objective: "binary:logistic", base_score: 0.7142857, scale_pos_weight: 3 },
  { objective: "reg:squarederror" },
  { objective: "multi:softprob", num_class: 3 },
);

const penalties = fc.record({
  lambda: fc.constantFrom(0, 0.5, 1, 10),
  alpha: fc.constantFrom(0, 0, 0.3),
  gamma: fc.constantFrom(0, 0.1, 1),
  min_child_weight: fc.constantFrom(0, 0.5, 1, 3),
  min_data_in_leaf: fc.constantFrom(0, 0, 1, 4),
  max_delta_step: fc.constantFrom(0, 0, 0.5),
  eta: fc.constantFrom(0.1, 0.3, 1),
  max_cat_to_onehot: fc.constantFrom(1, 4),
  max_cat_threshold: fc.constantFrom(2, 64),
  cat_smooth: fc.constantFrom(0, 1, 10),
  max_bin: fc.constantFrom(4, 255),
});

const samplings = fc.constantFrom<Partial<TrainingParameters>>({}, {}, { subsample: 0.7 }, { sampling_method: "goss", top_rate: 0.3, other_rate: 0.2 }, { colsample_bytree: 0.5 }, { colsample_bynode: 0.6, colsample_bytree: 0.8 });

/** Directions and sets for any number of features: more than there are. */
const constraints = fc.record({ monotone: fc.option(fc.array(fc.constantFrom(-1, 0, 1), { minLength: 9, maxLength: 9 }), { freq: 2 }), sets: fc.option(fc.constantFrom<number[][]>([[0, 1, 2], [2, 3]], [[0], [1, 4, 5]]), { freq: 2 }) });

test.each(["release", "debug"] as const)("the %s kernel trains the oracle's forest and scores its margins, bit for bit", async (build) => {
  const kernel = kernels[build];
  await fc.assert(
    fc.asyncProperty(shapes, growths, objectives, penalties, samplings, constraints, fc.integer({ min: 0, max: 3 }), fc.constantFrom(0, 0, 5), async (shape, growth, objective, penalty, sampling, { monotone, sets }, seed, roundsBefore) => {
      const { width, rows, categories } = shape;
      const input = { roundsBefore, ...inputOf(shape, {
        ...growth,
        ...objective,
        ...penalty,
        ...sampling,
        seed,
        monotone_constraints: monotone && categories === 0 ? monotone.slice(0, width) : null,
        interaction_constraints: sets && sets.map((set) => set.filter((feature) => feature < width)),
      }) };
      if (input.parameters.objective !== "reg:squarederror" && input.labels.every((label) => label === input.labels[0])) return;
      const { forest } = await trainForest(kernel, input);
      expect(forest).toEqual(referenceTrain(input));
      using scorer = new Forest(kernel, forest);
      const margins = scorer.margins(input.features);
      for (let row = 0; row < rows; row++) {
        const wanted = referenceMargins(forest, input.features.subarray(row * width, (row + 1) * width));
        expect(Array.from(margins.subarray(row * forest.outputs, (row + 1) * forest.outputs))).toEqual(wanted);
      }
    }),
    { numRuns: build === "release" ? 300 : 60 },
  );
});

test("more rows than distinct bins, deep trees: still the oracle's bits", async () => {
  const input = inputOf({ seed: 99, rows: 700, width: 3 }, { max_depth: 6, rounds: 2, min_child_weight: 0.1 });
  expect((await trainForest(kernels.release, input)).forest).toEqual(referenceTrain(input));
});

test("nodes of more rows than the kernel takes at a time: still the oracle's bits, with unrounded gradients the same splits", async () => {
  const input = inputOf({ seed: 7, rows: 14_000, width: 2 }, { max_depth: 2, rounds: 1, max_bin: 6 });
  const { forest } = await trainForest(kernels.release, input);
  expect(forest).toEqual(referenceTrain(input));
  const { forest: exact } = await trainForest(kernels.release, { ...input, parameters: { ...input.parameters, quantized: false } });
  for (const part of ["left", "right", "feature", "split", "cover"] as const) expect(exact.trees[0]![part]).toEqual(forest.trees[0]![part]);
});

test.each<[string, Partial<TrainingParameters>, number]>([
  ["by leaf", { grow_policy: "lossguide", max_depth: 0, max_leaves: 31 }, 0],
  ["by level, with categories, weights, sampled rows and features", { max_depth: 5, subsample: 0.7, colsample_bytree: 0.6, colsample_bynode: 0.7 }, 12],
  ["three classes, unrounded gradients", { objective: "multi:softprob", num_class: 3, max_depth: 4, quantized: false }, 5],
  ["goss, constraints of direction", { sampling_method: "goss", monotone_constraints: Array.from({ length: 30 }, (_, i) => (i % 3) - 1) }, 0],
])("threads that share the features grow the same trees as one: %s", async (_, changes, categories) => {
  const input = inputOf({ seed: 21, rows: 3000, width: 30, weighted: categories > 0, categories }, { rounds: 8, ...changes });
  const { forest } = await trainForest(kernels.release, input);
  for (const workers of [2, 3]) expect((await trainForest(kernels.release, input, { workers })).forest).toEqual(forest);
});

test("threads end with a training that is aborted, or that stops early", async () => {
  const input = inputOf({ seed: 22, rows: 500, width: 20 }, { rounds: 1000 });
  const controller = new AbortController();
  const training = trainForest(kernels.release, input, { workers: 3, signal: controller.signal, onRound: ({ round }) => round === 3 && controller.abort(new Error("enough")) });
  await expect(training).rejects.toThrow("enough");
  const { validationLabels: labels, ...rows } = { ...input, validationLabels: input.labels.map((label) => 1 - label) };
  const { forest, history } = await trainForest(kernels.release, { ...rows, parameters: { ...input.parameters, early_stopping_rounds: 2 }, validation: { features: input.features, labels } }, { workers: 2 });
  expect(history.length).toBeLessThan(20);
  expect(forest.trees.length).toBeLessThan(history.length);
});

test("memory is given back: a thousand trainings need no more than the first", async () => {
  const input = inputOf({ seed: 5, rows: 50, width: 3 }, { rounds: 1 });
  const bytes = () => kernels.release.calls.memory.buffer.byteLength;
  await trainForest(kernels.release, input);
  const before = bytes();
  for (let i = 0; i < 1000; i++) {
    const { forest } = await trainForest(kernels.release, input);
    using scorer = new Forest(kernels.release, forest);
    scorer.predict(input.features);
  }
  expect(bytes()).toBe(before);
});

test("progress is told after every tree, and an aborted signal ends the training", async () => {
  const controller = new AbortController();
  const seen: number[] = [];
  const training = trainForest(kernels.release, inputOf({ seed: 1, rows: 40, width: 2 }, { rounds: 50 }), {
    signal: controller.signal,
    onRound: ({ round }) => {
      seen.push(round);
      if (round === 5) controller.abort(new Error("enough"));
    },
  });
  await expect(training).rejects.toThrow("enough");
  expect(seen.slice(0, 5)).toEqual([1, 2, 3, 4, 5]);
  expect(seen.length).toBeLessThan(50);
});

test.each([
  ["one class only", { labels: Float32Array.from([1, 1, 1]) }, "MGV_TRAIN_DATA"],
  ["a label of 2", { labels: Float32Array.from([0, 1, 2]) }, "MGV_TRAIN_DATA"],
  ["no rounds", { parameters: { ...defaultParameters, rounds: 0 } }, "MGV_TRAIN_PARAMETER"],
  ["a depth of 65", { parameters: { ...defaultParameters, max_depth: 65 } }, "MGV_TRAIN_PARAMETER"],
  ["a learning rate of NaN", { parameters: { ...defaultParameters, eta: NaN } }, "MGV_TRAIN_PARAMETER"],
  ["a NaN label", { labels: Float32Array.from([0, 1, NaN]) }, "MGV_TRAIN_DATA"],
  ["a weight of 0", { weights: Float32Array.from([1, 0, 1]) }, "MGV_TRAIN_DATA"],
  ["fewer weights than rows", { weights: Float32Array.from([1, 1]) }, "MGV_TRAIN_DATA"],
  ["early stopping without validation rows", { parameters: { ...defaultParameters, early_stopping_rounds: 3 } }, "MGV_TRAIN_PARAMETER"],
  ["classes without a number of them", { parameters: { ...defaultParameters, objective: "multi:softprob" } }, "MGV_TRAIN_PARAMETER"],
  ["nothing that ends a tree", { parameters: { ...defaultParameters, max_depth: 0 } }, "MGV_TRAIN_PARAMETER"],
  ["subsample beside goss", { parameters: { ...defaultParameters, sampling_method: "goss", subsample: 0.5 } }, "MGV_TRAIN_PARAMETER"],
  ["a constraint of a feature that is not there", { parameters: { ...defaultParameters, interaction_constraints: [[0, 1]] } }, "MGV_TRAIN_PARAMETER"],
  ["two directions for one feature", { parameters: { ...defaultParameters, monotone_constraints: [1, 1] } }, "MGV_TRAIN_PARAMETER"],
  ["a parameter by another library's name", { parameters: { ...defaultParameters, learning_rate: 0.3 } }, "MGV_TRAIN_PARAMETER"],
  ["a growth that there is not", { parameters: { ...defaultParameters, grow_policy: "leafwise" } }, "MGV_TRAIN_PARAMETER"],
  ["a learning rate that is text", { parameters: { ...defaultParameters, eta: "0.1" } }, "MGV_TRAIN_PARAMETER"],
  ["weights by another name", { weight: Float32Array.from([1, 2, 3]) }, "MGV_TRAIN_DATA"],
  ["validation rows with a word that they do not take", { validation: { features: Float32Array.of(1), labels: Float32Array.of(1), weight: Float32Array.of(1) } }, "MGV_TRAIN_DATA"],
  ["a direction for categories", { bins: [{ kind: "categorical", codes: Uint32Array.of(0, 1) }], parameters: { ...defaultParameters, monotone_constraints: [1] } }, "MGV_TRAIN_PARAMETER"],
] as const)("%s is refused", async (_, change, code) => {
  await expect(trainForest(kernels.release, { ...inputOf({ seed: 3, rows: 3, width: 1 }), ...(change as object) })).rejects.toMatchObject({ code });
});

test("an option of a training that is spelled otherwise is refused with the one that was meant", async () => {
  await expect(trainForest(kernels.release, inputOf({ seed: 3, rows: 3, width: 1 }), { worker: 2 } as object)).rejects.toThrow('A training does not take "worker". Did you mean workers?');
});

test("histograms beyond the kernel's memory are refused before anything is allocated", async () => {
  const input = inputOf({ seed: 3, rows: 3000, width: 2049 }, { max_depth: 12 });
  await expect(trainForest(kernels.release, input)).rejects.toThrow(/MiB of histograms.*lower max_depth/);
});
