import { expect, test } from "vitest";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { referenceMargins } from "../../kernel-as/model/reference.ts";
import { crossValidate, type CrossValidationProgress } from "../../trainer/cross-validate.ts";
import { train } from "../../trainer/train.ts";
import { trainData } from "../fixtures/train-data.ts";

const kernel = await loadKernel();

const alternate = (rows: number) => [0, 1].map((part) => ({ train: Uint32Array.from(Array(rows).keys()).filter((row) => row % 2 !== part), test: Uint32Array.from(Array(rows).keys()).filter((row) => row % 2 === part) }));

/** Loss of a row by the plain formulas. */
const losses = {
  binary: (margins: number[], label: number) => Math.log1p(Math.exp(label === 1 ? -margins[0]! : margins[0]!)),
  classes: (margins: number[], label: number) => Math.log(margins.reduce((sum, margin) => sum + Math.exp(margin), 0)) - margins[label]!,
  numbers: (margins: number[], label: number) => (margins[0]! - label) ** 2,
};

test.each([
  ["binary", "logloss", {}],
  ["classes", "mlogloss", { objective: "multi:softprob", num_class: 3 }],
  ["numbers", "rmse", { objective: "reg:squarederror" }],
] as const)("%s: each fold's loss is that of a model trained on the others' rows alone, worked out the plain way", async (labels, metric, objective) => {
  const data = trainData({ rows: 240, seed: 5, labels });
  const parameters = { ...objective, rounds: 12, max_depth: 3 };
  const folds = alternate(240);
  const found = await crossValidate(data, parameters, { folds, kernel });
  expect(found.metric).toBe(metric);
  for (const [i, { train: learned, test: held }] of folds.entries()) {
    const rowsOf = (rows: Uint32Array) => ({ rows: Array.from(rows, (row) => data.rows.subarray(row * 4, row * 4 + 4)), labels: Array.from(rows, (row) => data.labels[row]!) });
    const { forest } = await train(rowsOf(learned), parameters, { kernel });
    const judged = rowsOf(held);
    const each = judged.rows.map((row, j) => losses[labels](referenceMargins(forest.model, row), judged.labels[j]!));
    const mean = each.reduce((sum, loss) => sum + loss, 0) / each.length;
    expect(found.folds[i]!.loss).toBeCloseTo(labels === "numbers" ? Math.sqrt(mean) : mean, 6);
    expect(found.folds[i]).toMatchObject({ rows: 120, rounds: 12 });
    if (labels === "binary") {
      const margins = judged.rows.map((row) => referenceMargins(forest.model, row)[0]!);
      const pairs = margins.flatMap((a, p) => margins.flatMap((b, n) => (judged.labels[p] === 1 && judged.labels[n] === 0 ? [a > b ? 1 : a === b ? 0.5 : 0] : [])));
      expect(found.folds[i]!.auc).toBeCloseTo(pairs.reduce<number>((sum, x) => sum + x, 0) / pairs.length, 9);
    } else expect(found.folds[i]!.auc).toBeNull();
    forest[Symbol.dispose]();
  }
  const [a, b] = found.folds.map(({ loss }) => loss) as [number, number];
  expect(found.loss.mean).toBe((a + b) / 2);
  expect(found.loss.sd).toBeCloseTo(Math.abs(a - b) / Math.SQRT2, 12);
});

test("with early stopping each fold ends at its best round, and the number to train with is their mean", async () => {
  const data = trainData({ rows: 300, seed: 8 });
  const folds = alternate(300);
  const whole = await Promise.all(folds.map((_, i) => crossValidate(data, { rounds: 60, eta: 0.5 }, { folds: folds.slice(i, i + 1), kernel })));
  const found = await crossValidate(data, { rounds: 60, eta: 0.5, early_stopping_rounds: 8 }, { folds, kernel });
  for (const [i, { rounds, loss }] of found.folds.entries()) {
    expect(rounds).toBeLessThan(52);
    const { folds: [upTo] } = await crossValidate(data, { rounds, eta: 0.5 }, { folds: folds.slice(i, i + 1), kernel });
    expect(loss).toBe(upTo!.loss);
    expect(loss).toBeLessThan(whole[i]!.loss.mean);
  }
  expect(found.rounds).toBe(Math.round((found.folds[0]!.rounds + found.folds[1]!.rounds) / 2));
});

test("groups given beside the data are kept whole, and progress comes to an end with nothing left", async () => {
  const { groups, ...data } = trainData({ rows: 240, seed: 2 });
  const seen: CrossValidationProgress[] = [];
  let nowMs = 0;
  const { folds } = await crossValidate(data, { rounds: 4 }, { folds: 3, groups, kernel, now: () => (nowMs += 10), onProgress: (progress) => seen.push(progress) });
  expect(folds.map(({ rows }) => rows)).toEqual([80, 80, 80]);
  expect(seen.map(({ fold, round }) => [fold, round])).toEqual([1, 2, 3].flatMap((fold) => [1, 2, 3, 4].map((round) => [fold, round])));
  expect(seen[5]).toMatchObject({ ofFolds: 3, ofRounds: 4, remainingMs: 60 });
  expect(seen.at(-1)!.remainingMs).toBe(0);
});

test("an auc needs both classes among the rows that are judged; a model needs them among those that it learns from", async () => {
  const data = trainData({ rows: 200, seed: 4 });
  const zeros = Uint32Array.from(data.labels.keys()).filter((row) => data.labels[row] === 0);
  const others = Uint32Array.from(data.labels.keys()).filter((row) => !zeros.subarray(0, 20).includes(row));
  const found = await crossValidate(data, { rounds: 3 }, { folds: [{ train: others, test: zeros.subarray(0, 20) }], kernel });
  expect(found).toMatchObject({ auc: null, loss: { sd: 0 } });
  const oneClass = crossValidate(data, {}, { folds: [...alternate(200), { train: zeros.subarray(20), test: zeros.subarray(0, 20) }], kernel });
  await expect(oneClass).rejects.toMatchObject({ code: "MGV_TRAIN_DATA", message: expect.stringContaining("In fold 3 of 3 all") as string });
});

test("a signal ends it with its reason", async () => {
  const controller = new AbortController();
  const stopped = crossValidate(trainData({ rows: 200, seed: 1 }), { rounds: 50 }, { folds: 2, kernel, signal: controller.signal, onProgress: ({ fold }) => fold === 2 && controller.abort("enough") });
  await expect(stopped).rejects.toBe("enough");
});

test("threads change nothing", async () => {
  const narrow = trainData({ rows: 200, seed: 6 });
  const wide = { ...narrow, width: 16, rows: Float32Array.from({ length: 200 * 16 }, (_, i) => narrow.rows[Math.floor(i / 16) * 4 + (i % 4)]! * (1 + (i % 16))) };
  const judged = (workers: number) => crossValidate(wide, { rounds: 5 }, { folds: 2, kernel, workers });
  expect(await judged(2)).toEqual(await judged(1));
});
