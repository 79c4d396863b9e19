import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { featureNamesOf } from "../../kernel-as/model/card.ts";
import { loadKernel, train, xgboostJson, type GivenParameters, type TrainData, type TrainProgress } from "../../trainer/index.ts";
import { drawn, type Recipe } from "../fixtures/data-sets.ts";

const kernel = await loadKernel();

const recipe: Recipe = { name: "small", width: 4, rows: 600, heldOutRows: 300, draws: 1, target: (x, next) => (x[0]! * x[1]! + x[2]! > next() - 0.5 ? 1 : 0) };

const { learned, heldOut } = drawn(recipe, 1);
const data: TrainData = { rows: learned.features, width: 4, labels: learned.labels };
const validation: TrainData = { rows: heldOut.features, width: 4, labels: heldOut.labels };

async function file(given: TrainData, parameters: GivenParameters, settings: Parameters<typeof train>[2] = {}): Promise<Uint8Array> {
  using forest = (await train(given, parameters, { kernel, ...settings })).forest;
  return xgboostJson.write(forest.model);
}

test("a training with every option gives the same file on every runtime, byte for byte", async () => {
  const everything = drawn(
    {
      ...recipe,
      width: 7,
      rows: 3000,
      categories: [3, 40],
      classes: 3,
      objective: "multi:softprob",
      weight: (next) => 10 ** next(),
      hide: (x, next) => x.forEach((_, i) => next() < 0.1 && (x[i] = NaN)),
      target: (x, next) => (Math.floor(2 * x[0]! + 2 * x[1]! + x[5]! + (x[6]! % 3) + next()) + 30) % 3,
    },
    5,
  );
  const given = { rows: everything.learned.features, width: 7, labels: everything.learned.labels, weights: everything.learned.weights!, categorical: everything.categorical };
  const options = { objective: "multi:softprob", num_class: 3, rounds: 12, max_leaves: 20, alpha: 0.1, gamma: 0.01, max_delta_step: 2, min_data_in_leaf: 3, colsample_bytree: 0.8, colsample_bynode: 0.8, max_bin: 100, seed: 3 };
  const first = await file(given, { ...options, subsample: 0.7, monotone_constraints: [1, 0, 0, 0, 0, 0, 0] });
  const second = await file(given, { ...options, sampling_method: "goss", interaction_constraints: [[0, 1, 5], [2, 3, 4, 6]] });
  const both = createHash("sha256").update(first).update(second).digest("hex");
  expect(both).toBe("28d0b8f7d7c4743b2c029e0a174824402d5695ef46c660f58d5c1e98816ed8c1");
});

describe("what is held back", () => {
  test("early stopping ends with the round of the least validation loss", async () => {
    const { forest, history } = await train(data, { rounds: 500, eta: 0.5, early_stopping_rounds: 5 }, { kernel, validation });
    using stopped = forest;
    const losses = history.map(({ validationLoss }) => validationLoss!);
    const best = losses.indexOf(Math.min(...losses)) + 1;
    expect(history.length).toBe(best + 5);
    expect(stopped.model.trees).toHaveLength(best);
    expect(xgboostJson.write(stopped.model)).toEqual(await file(data, { rounds: best, eta: 0.5 }));
  });

  test("a share of the rows: whole groups of them", async () => {
    // labels are the groups' own, so that a group on both sides would be known by heart
    const groups = Array.from({ length: 600 }, (_, row) => `room ${Math.floor(row / 20)}`);
    const rows = Float32Array.from({ length: 600 }, (_, row) => Math.floor(row / 20));
    const labels = Array.from(rows, (group) => (Math.sin(group * 99) > 0 ? 1 : 0));
    const least = async (more: Partial<TrainData>) => {
      const { forest, history } = await train({ rows, width: 1, labels, ...more }, { rounds: 100, eta: 0.3, min_child_weight: 0 }, { kernel, validation: 0.3 });
      forest[Symbol.dispose]();
      return history.at(-1)!.validationLoss!;
    };
    expect(await least({})).toBeLessThan(0.1);
    expect(await least({ groups })).toBeGreaterThan(0.5);
  });

  test.each([0, 1, -0.5, NaN])("a share of %d is refused", async (share) => {
    await expect(train(data, {}, { kernel, validation: share })).rejects.toMatchObject({ code: "MGV_ARGUMENT" });
  });

  test("a single group cannot be parted", async () => {
    await expect(train({ ...data, groups: Array.from(data.labels, () => 1) }, {}, { kernel, validation: 0.5 })).rejects.toThrow(/too few groups/);
  });
});

describe("a model to go on from", () => {
  const drawnByChance = { subsample: 0.7, colsample_bynode: 0.5 };
  test.each<[string, GivenParameters]>([
    ["", {}],
    [", not quantised", { quantized: false }],
    [", with rows and features drawn by chance", drawnByChance],
    [", with goss and two outputs", { objective: "multi:softprob", num_class: 2, sampling_method: "goss" }],
  ])("50 rounds and 50 more are 100, byte for byte%s", async (_, parameters) => {
    using init = (await train(data, { ...parameters, rounds: 50 }, { kernel })).forest;
    const whole = await file(data, { ...parameters, rounds: 100 });
    expect(await file(data, { ...parameters, rounds: 50 }, { init })).toEqual(whole);
    const read = xgboostJson.read(xgboostJson.write(init.model));
    expect(await file(data, { ...parameters, rounds: 50 }, { init: read })).toEqual(whole);
  });

  test("its trees are kept as they are, and the first loss is near its last", async () => {
    const first = await train(data, { rounds: 50 }, { kernel });
    using init = first.forest;
    const more = await train(validation, { rounds: 5, seed: 9 }, { kernel, init: init.model, validation: data });
    using whole = more.forest;
    expect(whole.model.trees).toHaveLength(55);
    expect(whole.model.trees.slice(0, 50)).toEqual(init.model.trees);
    expect(Array.from(whole.model.roundStarts)).toEqual(Array.from({ length: 56 }, (_, round) => round));
    expect(Math.abs(more.history[0]!.validationLoss! - first.history[49]!.loss)).toBeLessThan(0.1);
  });

  test("what was said of the first alone is not said of what follows it: its card but for names, its best round", async () => {
    using plain = (await train({ ...data, features: ["a", "b", "c", "d"] }, { rounds: 4 }, { kernel })).forest;
    const { model } = plain;
    const named = { ...model, attributes: { ...model.attributes, mangrove: JSON.stringify({ features: featureNamesOf(model), threshold: 0.9, rows: 7 }), best_iteration: "1", best_score: "0.1", note: "kept" } };
    using whole = (await train(data, { rounds: 2 }, { kernel, init: named })).forest;
    expect(whole.model.attributes).toEqual({ ...model.attributes, note: "kept" });
    expect(featureNamesOf(whole.model)).toEqual(["a", "b", "c", "d"]);
  });

  test.each([
    ["of other features", { rows: [[1], [2]], labels: [0, 1] }, {}, /4 features, the rows have 1/],
    ["of another objective", data, { objective: "regression" }, /objective is binary:logistic/],
  ])("one %s is refused", async (_, given: TrainData, parameters, message) => {
    using init = (await train(data, { rounds: 1 }, { kernel })).forest;
    await expect(train(given, parameters, { kernel, init })).rejects.toThrow(message);
  });
});

describe("rows of every kind", () => {
  test("names with brackets, quotes and spaces are in the file and come back", async () => {
    const features = ["Temperature[C]", "PM2.5 <µm>", 'a "b"', "x,y"];
    expect(featureNamesOf(xgboostJson.read(await file({ ...data, features }, { rounds: 2 })))).toEqual(features);
  });

  test("a feature that is always missing is never split by", async () => {
    const rows = learned.features.map((x, i) => (i % 4 === 3 ? NaN : x));
    using forest = (await train({ ...data, rows }, { rounds: 20 }, { kernel })).forest;
    expect(forest.model.trees.some((tree) => tree.left.some((left, node) => left !== -1 && tree.feature[node] === 3))).toBe(false);
  });

  test("more features than rows", async () => {
    const rows = Array.from({ length: 6 }, (_, row) => Array.from({ length: 40 }, (__, feature) => (feature === 17 ? row : 0)));
    using forest = (await train({ rows, labels: [0, 0, 0, 1, 1, 1] }, { rounds: 30, min_child_weight: 0 }, { kernel })).forest;
    expect(Array.from(forest.predict(Float32Array.from(rows.flat())), Math.round)).toEqual([0, 0, 0, 1, 1, 1]);
  });

  test("null is missing, and lists, f64 and f32 are the same rows", async () => {
    const plain = [[1, null], [2, 5], [3, 6], [null, 7]];
    const labels = [0, 1, 1, false];
    const doubles = Float64Array.from(plain.flat(), (x) => x ?? NaN);
    const wanted = await file({ rows: plain, labels }, { rounds: 3, min_child_weight: 0 });
    expect(await file({ rows: doubles, width: 2, labels }, { rounds: 3, min_child_weight: 0 })).toEqual(wanted);
    expect(await file({ rows: Float32Array.from(doubles), width: 2, labels }, { rounds: 3, min_child_weight: 0 })).toEqual(wanted);
  });

  test.each<[string, Partial<TrainData>, GivenParameters, RegExp]>([
    ["one class", { labels: learned.labels.map(() => 1) }, {}, /All 600 rows have the label 1/],
    ["a NaN label", { labels: learned.labels.map((label, row) => (row === 7 ? NaN : label)) }, {}, /label of row 7 is NaN/],
    ["a NaN label of a regression", { labels: learned.labels.map((label, row) => (row === 7 ? NaN : label)) }, { objective: "regression" }, /label of row 7 is NaN/],
    ["a weight of 0", { weights: learned.labels.map((_, row) => (row === 3 ? 0 : 1)) }, {}, /weight of row 3 is 0/],
    ["a weight below 0", { weights: learned.labels.map((_, row) => (row === 4 ? -1 : 1)) }, {}, /weight of row 4 is -1/],
    ["fewer labels than rows", { labels: [0, 1] }, {}, /2 labels/],
    ["neither names nor width", { width: undefined as never }, {}, /How many features/],
    ["categories of a feature that is not there", { features: ["a", "b", "c", "d"], categorical: ["e"] }, {}, /no feature "e"/],
  ])("%s is refused", async (_, change, parameters, message) => {
    await expect(train({ ...data, ...change }, parameters, { kernel })).rejects.toThrow(expect.objectContaining({ code: "MGV_TRAIN_DATA", message: expect.stringMatching(message) }));
  });
});

describe("while it runs", () => {
  test.each(["init_model", "validations", "worker"])("a setting %s is refused before anything is read", async (word) => {
    await expect(train(data, {}, { kernel, [word]: 1 })).rejects.toThrow(expect.objectContaining({ code: "MGV_ARGUMENT", message: expect.stringContaining(`A training does not take "${word}".`) as string }));
  });

  test("progress has trees, losses and what remains by the passed clock", async () => {
    const seen: TrainProgress[] = [];
    let nowMs = 1000;
    const now = () => (nowMs += 10);
    const { forest } = await train(data, { rounds: 4, objective: "multi:softprob", num_class: 2 }, { kernel, validation, now, onProgress: (progress) => seen.push(progress) });
    forest[Symbol.dispose]();
    expect(seen.map(({ round, ofRounds, trees, remainingMs }) => [round, ofRounds, trees, remainingMs])).toEqual([
      [1, 4, 2, 30],
      [2, 4, 4, 20],
      [3, 4, 6, 10],
      [4, 4, 8, 0],
    ]);
    expect(seen.every(({ loss, validationLoss }, i) => loss < (seen[i - 1]?.loss ?? Math.LN2) && validationLoss! < Math.LN2)).toBe(true);
  });

  test("an aborted signal rejects with its reason, at once or after a round", async () => {
    const reason = new Error("enough");
    await expect(train(data, {}, { kernel, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const rounds: number[] = [];
    const training = train(data, { rounds: 1000 }, {
      kernel,
      signal: controller.signal,
      onProgress: ({ round }) => {
        rounds.push(round);
        if (round === 3) controller.abort(reason);
      },
    });
    await expect(training).rejects.toBe(reason);
    expect(rounds).toEqual([1, 2, 3]);
  });
});
