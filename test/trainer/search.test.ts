import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { crossValidate } from "../../trainer/cross-validate.ts";
import { foldsOf } from "../../trainer/folds.ts";
import { labelledRows } from "../../trainer/rows.ts";
import { search, type SearchProgress, type SearchResult } from "../../trainer/search.ts";
import { searchLines } from "../../trainer/search-report.ts";
import { train } from "../../trainer/train.ts";
import { trainingParameters } from "../../trainer/parameters.ts";
import { trainData } from "../fixtures/train-data.ts";

const kernel = await loadKernel();
const parameters = { rounds: 12 };
const data = trainData({ rows: 4500, seed: 21 });

/** Nine trials, then three, then one, each with three times the rounds: 300 rows are too few to halve. */
const raced = (settings: object = {}) => search(trainData({ rows: 300, seed: 3 }), { parameters: { rounds: 90 }, trials: 9, folds: 2, seed: 4, halving: { resource: "rounds" }, kernel, ...settings });

test("the same seed gives the same table, byte for byte, on every runtime; another seed another one", async () => {
  const hash = async (seed: number) => createHash("sha256").update(JSON.stringify(await search(data, { parameters, trials: 6, folds: 3, seed, kernel }))).digest("hex");
  const first = await hash(1);
  expect(await hash(1)).toBe(first);
  expect(await hash(2)).not.toBe(first);
  expect(first).toBe("a74f7357a3896463d8771ca7d172b2ff45ce32dc2f7b709ae092b09b301d715e");
});

test("on the last rung a trial's loss is that of a cross-validation with its parameters, and the best has the least", async () => {
  const result = await search(data, { parameters, trials: 5, folds: 3, kernel });
  expect(result.rungs.map(({ trials, share }) => [trials, share])).toEqual([[5, 1 / 3], [2, 1]]);
  const finalists = result.trials.filter(({ losses }) => losses.length === 2);
  expect(finalists).toHaveLength(2);
  for (const { parameters: drawn, losses, sd, auc } of finalists) {
    const judged = await crossValidate(data, { ...parameters, ...drawn }, { folds: 3, kernel });
    expect([losses[1], sd, auc]).toEqual([judged.loss.mean, judged.loss.sd, judged.auc]);
  }
  expect(finalists[0]!.losses[1]).toBeLessThan(finalists[1]!.losses[1]!);
  expect(result.best).toEqual(trainingParameters({ ...parameters, ...result.trials[0]!.parameters }));
});

test("those with the least loss on a rung go on to the next, and ranks follow", async () => {
  const { trials, rungs } = await raced();
  expect(rungs.map(({ trials: many }) => many)).toEqual([9, 3, 1]);
  for (let rung = 0; rung < 2; rung++) {
    const here = trials.filter(({ losses }) => losses.length > rung);
    const worstThatWentOn = Math.max(...here.filter(({ losses }) => losses.length > rung + 1).map(({ losses }) => losses[rung]!));
    const bestThatStayed = Math.min(...here.filter(({ losses }) => losses.length === rung + 1).map(({ losses }) => losses[rung]!));
    expect(worstThatWentOn).toBeLessThanOrEqual(bestThatStayed);
  }
  expect(trials.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(trials.map(({ losses }) => losses.length)).toEqual([3, 2, 2, 1, 1, 1, 1, 1, 1]);
  const last = trials.slice(3).map(({ losses }) => losses[0]!);
  expect(last).toEqual(last.toSorted((a, b) => a - b));
});

test("without halving the best is the best of all that were tried", async () => {
  const { trials } = await raced({ halving: false, trials: 4 });
  const losses = trials.map(({ losses: [loss] }) => loss!);
  expect(losses).toEqual(losses.toSorted((a, b) => a - b));
});

test("the first trial of the default space is what was given; a space of one's own is never left", async () => {
  const { trials } = await raced({ trials: 3 });
  expect(trials.find(({ number }) => number === 1)!.parameters).toEqual({});
  const own = await raced({ trials: 4, space: { learning_rate: [0.05, 0.06] } });
  for (const { parameters: drawn } of own.trials) expect([0.05, 0.06]).toContain(drawn["eta"]);
});

test("rows in no fold are never seen: others in their place change nothing", async () => {
  const folds = foldsOf(labelledRows({ ...data, rows: data.rows.subarray(0, 3600 * 4), labels: data.labels.subarray(0, 3600), groups: data.groups.slice(0, 3600) }), trainingParameters({}), { folds: 2, seed: 1 });
  const changed = { ...data, rows: data.rows.map((x, i) => (i < 3600 * 4 ? x : -7)), labels: data.labels.map((label, row) => (row < 3600 ? label : 1 - label)) };
  const [one, two] = await Promise.all([data, changed].map((each) => search(each, { parameters: { rounds: 5 }, trials: 3, folds, kernel })));
  expect(two).toEqual(one);
});

test("early stopping becomes a number of rounds, and the best can be trained as it is", async () => {
  const small = trainData({ rows: 300, seed: 3 });
  const { best, trials } = await search(small, { parameters: { rounds: 80, early_stopping_rounds: 5, eta: 0.3 }, trials: 3, folds: 2, kernel });
  expect(best.early_stopping_rounds).toBe(0);
  expect(best.rounds).toBe(trials[0]!.rounds);
  expect(best.rounds).toBeLessThan(80);
  const { forest } = await train(small, JSON.parse(JSON.stringify(best)) as object, { kernel });
  expect(forest.model.trees).toHaveLength(best.rounds);
  forest[Symbol.dispose]();
});

test("progress tells the trial, the rung, the best so far and the time that remains", async () => {
  const seen: SearchProgress[] = [];
  let nowMs = 0;
  const { trials } = await raced({ onProgress: (progress: SearchProgress) => seen.push(progress), now: () => (nowMs += 1000) });
  expect(seen.map(({ rung, done, ofTrials }) => `${rung}:${done}/${ofTrials}`).join(" ")).toBe("1:1/9 1:2/9 1:3/9 1:4/9 1:5/9 1:6/9 1:7/9 1:8/9 1:9/9 2:1/3 2:2/3 2:3/3 3:1/1");
  expect(seen.at(-1)!.best).toEqual({ trial: trials[0]!.number, loss: trials[0]!.losses[2] });
  expect(seen[0]!.remainingMs).toBeCloseTo(26_000, 6);
  expect(seen.at(-1)!.remainingMs).toBeCloseTo(0, 6);
});

test("a signal ends it with its reason", async () => {
  const controller = new AbortController();
  await expect(raced({ signal: controller.signal, onProgress: ({ done }: SearchProgress) => done === 2 && controller.abort("enough") })).rejects.toBe("enough");
});

test("faults are told before anything is trained", async () => {
  const onProgress = () => expect.unreachable();
  await expect(raced({ trials: 0, onProgress })).rejects.toMatchObject({ code: "MGV_ARGUMENT" });
  await expect(raced({ space: { max_depth: [0, 3] }, parameters: { max_leaves: 0 }, onProgress })).rejects.toMatchObject({ code: "MGV_TRAIN_PARAMETER", message: expect.stringContaining("both 0") as string });
  await expect(raced({ folds: 13, onProgress })).rejects.toMatchObject({ code: "MGV_TRAIN_DATA", message: expect.stringContaining("12 groups for 13 folds") as string });
});

test("the table has a line for each trial", () => {
  const result: SearchResult = {
    metric: "logloss",
    folds: 3,
    resource: "rows",
    rungs: [{ trials: 2, share: 1 / 3 }, { trials: 1, share: 1 }],
    trials: [
      { number: 2, rank: 1, parameters: { eta: 0.05, grow_policy: "lossguide" }, losses: [0.25, 0.2], sd: 0.01, auc: { mean: 0.55, sd: 0 }, rounds: 100 },
      { number: 1, rank: 2, parameters: {}, losses: [0.5], sd: 0.02, auc: null, rounds: 90 },
    ],
    best: trainingParameters({}),
  };
  expect(searchLines(result)).toEqual([
    "trials: 2 with 1/3 of the rows, 1 with all rows; mean logloss of 3 folds, its sd and the auc on the last rung that a trial came to",
    "rank  trial  on 1/3  logloss      sd     auc  rounds  parameters",
    "   1      2  0.2500   0.2000  0.0100  0.5500     100  eta=0.05 grow_policy=lossguide",
    "   2      1  0.5000        -  0.0200       -      90  as given",
    "Even the best trial ranks no better than chance on these folds: what it was chosen by is noise.",
  ]);
});
