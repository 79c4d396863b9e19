import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyTree, type ForestModel, type Tree } from "../../../../kernel-as/model/forest.ts";
import { lightgbmFromXgboost } from "../../../../kernel-as/model/formats/lightgbm/from-xgboost.ts";
import { lightgbmText } from "../../../../kernel-as/model/formats/lightgbm/text.ts";
import { atMost } from "../../../../kernel-as/model/formats/lightgbm/threshold.ts";
import { predictorOf } from "../../../../kernel-as/model/objective.ts";
import { referenceLeaves, referenceMargins } from "../../../../kernel-as/model/reference.ts";
import { randomForest, randomRows, type RandomForest } from "../../../fixtures/forests.ts";
import { random } from "../../../fixtures/random.ts";

const f32 = Math.fround;
const bits = new DataView(new ArrayBuffer(8));

function f32Of(pattern: number): number {
  bits.setUint32(0, pattern);
  return bits.getFloat32(0);
}

/** The next f64 up or down. */
function beside(value: number, up: boolean): number {
  if (value === 0) return up ? 5e-324 : -5e-324;
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + (value > 0 === up ? 1n : -1n));
  return bits.getFloat64(0);
}

describe("a threshold of XGBoost as one of LightGBM", () => {
  const patterns = [0, 0x8000_0000, 1, 0x8000_0001, 2, 0x8000_0002, 0x007f_ffff, 0x0080_0000, 0x8080_0000, 0x3f80_0000, 0x3f80_0001, 0xbf80_0000, 0x7f7f_ffff, 0xff7f_ffff, 0x7f80_0000, 0x7f7f_fffe, 0xff7f_fffe, 0x7f00_0000];

  /** The values that the two send to different sides. */
  const apart = (pattern: number, more: readonly number[]): readonly number[] => {
    const threshold = f32Of(pattern);
    if (Number.isNaN(threshold)) return [];
    const cut = atMost(threshold);
    const values = [0, -0, Infinity, -Infinity, 1.7976931348623157e308, -1.7976931348623157e308, threshold, beside(threshold, true), beside(threshold, false), ...more];
    if (cut !== null) values.push(cut, beside(cut, true), beside(cut, false));
    return values.filter((value) => !Number.isNaN(value) && (cut !== null && value <= cut) !== f32(value) < threshold);
  };

  test.each(patterns)("bits %i: the same side for every f64", (pattern) => {
    expect(apart(pattern, patterns.map(f32Of))).toEqual([]);
  });

  test("any bits, any f64", () => {
    const property = fc.property(fc.nat(0xffff_ffff), fc.double(), (pattern, value) => {
      expect(apart(pattern, [value])).toEqual([]);
    });
    fc.assert(property, { numRuns: 3000 });
  });
});

/** XGBoost's node number as the number of the leaf among leaves. */
function rank(tree: Tree, node: number): number {
  return tree.left.subarray(0, node).filter((left) => left === -1).length;
}

const defaults: RandomForest = { family: "xgboost", features: 5, trees: 8, leaves: 20, outputs: 1, categorical: 0, special: "none" };

function rowsOf(values: Float64Array, width: number): Float64Array[] {
  return Array.from({ length: values.length / width }, (_, row) => values.subarray(row * width, (row + 1) * width));
}

/** What LightGBM reads as 0 though it is not. */
const isTiny = (value: number) => value !== 0 && Math.abs(value) <= f32(1e-35);

describe("a forest of XGBoost in LightGBM's terms", () => {
  test.each<[string, Partial<RandomForest>]>([
    ["numeric splits", {}],
    ["many leaves", { leaves: 300, features: 2 }],
    ["DART weights", { special: "weights" }],
    ["three outputs", { outputs: 3, trees: 9 }],
    ["trees of one leaf", { leaves: 1, trees: 3 }],
    ["category splits", { categorical: 0.5 }],
  ])("%s: the same leaves for rows of f32 and f64, margins that differ by rounding alone", (_, options) => {
    const shape = { ...defaults, ...options };
    for (let seed = 1; seed <= 8; seed++) {
      const next = random(seed);
      const model = randomForest(next, shape);
      for (const tree of model.trees) tree.categories?.of.forEach((set, node) => set >= 0 && (tree.defaultLeft[node] = 1));
      const values = randomRows(next, model, 200).map((value) => (isTiny(value) ? 0 : shape.categorical > 0 ? Math.round(value) : value));
      const between = values.map((value) => (next() < 0.5 || shape.categorical > 0 ? value : value * (1 + (next() - 0.5) * 2 ** -24)));
      const converted = lightgbmFromXgboost(model);
      expect(lightgbmText.read(lightgbmText.write!(model)).trees).toEqual(converted.trees);
      for (const row of [...rowsOf(values, shape.features), ...rowsOf(between.map((value) => (isTiny(value) ? 0 : value)), shape.features)]) {
        const theirs = referenceLeaves(model, row).map((node, number) => rank(model.trees[number]!, node));
        expect(referenceLeaves(converted, row)).toEqual(theirs);
        const margins = referenceMargins(converted, row);
        referenceMargins(model, row).forEach((margin, output) => {
          // leaves are below 0.5, base margins below 1
          expect(Math.abs(margins[output]! - margin)).toBeLessThan(model.trees.length ** 2 * 2 ** -24);
        });
      }
    }
  });

  const stump = (change: Partial<Tree> = {}): Tree => {
    const tree = emptyTree(3);
    [tree.left[0], tree.right[0]] = [2, 1];
    tree.split.set([0.5, 1, 2]);
    tree.cover.set([10, 4.4, 5.6]);
    return { ...tree, ...change };
  };

  const forest = (trees: readonly Tree[], change: Partial<ForestModel> = {}): ForestModel => ({
    family: "xgboost",
    objective: { name: "reg:squarederror", parameters: {} },
    featureCount: 2,
    featureNames: null,
    featureTypes: null,
    outputs: 1,
    baseScores: Float32Array.of(0.25),
    trees,
    roundStarts: Uint32Array.of(0, trees.length),
    averaged: false,
    categoryNames: null,
    attributes: {},
    ...change,
  });

  test("the base margin is in the first tree of each output; counts are covers; leaves stand in order of their nodes", () => {
    const { trees, baseScores } = lightgbmFromXgboost(forest([stump(), stump({ weight: 0.5 })]));
    expect(baseScores).toHaveLength(0);
    expect(trees.map(({ split }) => Array.from(split))).toEqual([[atMost(0.5), 1.25, 2.25], [atMost(0.5), 0.5, 1]]);
    expect(trees[0]).toMatchObject({ left: Int32Array.of(2, -1, -1), right: Int32Array.of(1, -1, -1), count: Float64Array.of(10, 4, 6), weight: 1 });
  });

  test("a leaf times a weight is rounded to f32, as XGBoost rounds it", () => {
    const model = forest([stump({ split: Float32Array.of(0.5, 0.1, 0.3), weight: f32(0.7) })], { baseScores: Float32Array.of(0) });
    expect(Array.from(lightgbmFromXgboost(model).trees[0]!.split.subarray(1))).toEqual([f32(f32(0.1) * f32(0.7)), f32(f32(0.3) * f32(0.7))]);
  });

  test("without a tree, one of one leaf says the base margin", () => {
    const model = forest([], { outputs: 2, baseScores: Float32Array.of(0.25, 0.75) });
    expect(lightgbmFromXgboost(model).trees.map(({ output, split }) => [output, split[0]])).toEqual([[0, 0.25], [1, 0.75]]);
  });

  test("trees side by side become rounds, in the order of their output; where one is missing, a leaf of 0 stands", () => {
    const leaf = (output: number, value: number) => ({ ...stump({ output }), left: Int32Array.of(-1), right: Int32Array.of(-1), split: Float32Array.of(value) });
    const model = forest([leaf(0, 1), leaf(0, 2), leaf(1, 3), leaf(0, 4), leaf(1, 5)], { outputs: 2 });
    const { trees, roundStarts } = lightgbmFromXgboost(model);
    expect(trees.map(({ output, split }) => [output, split[0]])).toEqual([[0, 1.25], [1, 3.25], [0, 2], [1, 5], [0, 4], [1, 0]]);
    expect(roundStarts).toEqual(Uint32Array.of(0, 2, 4, 6));
  });

  test("nodes that the root does not lead to are left out", () => {
    const tree = { ...emptyTree(5), left: Int32Array.of(3, -1, -1, -1, -1), right: Int32Array.of(4, -1, -1, -1, -1), split: Float32Array.of(1, 7, 8, 10, 20) };
    expect(lightgbmFromXgboost(forest([tree], { baseScores: Float32Array.of(0) })).trees[0]!.split).toEqual(Float64Array.of(atMost(1)!, 10, 20));
  });

  test("a category in the set goes left, all else right, if missing values do not go with the set", () => {
    const categories = { of: Int32Array.of(0, -1, -1), sets: [Uint32Array.of(5)] };
    const { trees } = lightgbmFromXgboost(forest([stump({ categories, defaultLeft: Uint8Array.of(1, 0, 0) })]));
    expect(trees[0]).toMatchObject({ left: Int32Array.of(1, -1, -1), right: Int32Array.of(2, -1, -1), categories });
    expect(() => lightgbmFromXgboost(forest([stump(), stump({ categories })]))).toThrow(/tree 1, where node 0 sends missing values to the side of its categories/);
  });

  test.each([
    ["binary:logistic", 1, { name: "binary", parameters: { sigmoid: "1" } }],
    ["binary:logistic", 2, { name: "multiclassova", parameters: { num_class: "2", sigmoid: "1" } }],
    ["reg:logistic", 1, { name: "cross_entropy", parameters: {} }],
    ["multi:softprob", 3, { name: "multiclass", parameters: { num_class: "3" } }],
    ["reg:squarederror", 1, { name: "regression", parameters: {} }],
    ["reg:squarederror", 2, { name: "custom", parameters: {} }],
    ["binary:logitraw", 1, { name: "regression", parameters: {} }],
    ["rank:ndcg", 1, { name: "regression", parameters: {} }],
    ["count:poisson", 1, { name: "poisson", parameters: {} }],
    ["reg:gamma", 1, { name: "gamma", parameters: {} }],
    ["reg:tweedie", 1, { name: "tweedie", parameters: {} }],
  ] as const)("%s with %i outputs: the same predictions", (name, outputs, objective) => {
    const model = forest([0, 1, 2].slice(0, outputs).map((output) => stump({ output })), { objective: { name, parameters: {} }, outputs });
    const converted = lightgbmText.read(lightgbmText.write!(model));
    expect(converted.objective).toEqual(objective);
    const predict = (some: ForestModel) => {
      const out = new Float64Array(outputs);
      predictorOf(some)(Float64Array.from(referenceMargins(some, [0.1, 0])), out);
      return Array.from(out);
    };
    predict(converted).forEach((ours, i) => expect(Math.abs(ours - predict(model)[i]!)).toBeLessThan(5e-6));
  });

  test.each<[string, ForestModel, RegExp]>([
    ["a class", forest([stump()], { objective: { name: "multi:softmax", parameters: {} } }), /the objective multi:softmax/],
    ["a hinge", forest([stump()], { objective: { name: "binary:hinge", parameters: {} } }), /the objective binary:hinge/],
    ["survival", forest([stump()], { objective: { name: "survival:cox", parameters: {} } }), /the objective survival:cox/],
    ["several exponentials", forest([stump()], { objective: { name: "count:poisson", parameters: {} }, outputs: 2 }), /count:poisson with 2 outputs/],
    ["vector leaves", forest([stump({ vectors: new Float32Array(3) })]), /tree 0, whose leaves add to every output/],
    ["names that are one", forest([stump()], { featureNames: ["a b", "a_b"] }), /two features named "a_b"/],
  ])("has no counterpart of %s", (_, model, words) => {
    expect(() => lightgbmText.write!(model)).toThrow(words);
    expect(() => lightgbmText.write!(model)).toThrow(expect.objectContaining({ code: "MGV_MODEL_CONVERT" }));
  });

  test("names, categories, and the attributes that fit a line, go along", () => {
    const attributes = { card: '{"a":[1]}', best_iteration: "7", note: "a = b", lines: "a\nb", objective: "mine", "my key": "x" };
    const categories = { of: Int32Array.of(0, -1, -1), sets: [Uint32Array.of(5)] };
    const model = forest([stump({ categories, defaultLeft: Uint8Array.of(1, 0, 0) })], { featureNames: ["Air quality", "Temperature[C]"], categoryNames: [["x", "y", "z"], null], attributes });
    const read = lightgbmText.read(lightgbmText.write!(model));
    expect(lightgbmText.read(lightgbmText.write!(forest([stump()]))).attributes).toEqual({ feature_infos: "[-inf:inf] none" });
    expect(read.featureNames).toEqual(["Air_quality", "Temperature[C]"]);
    expect(read.categoryNames).toEqual([["x", "y", "z"], null]);
    expect(read.attributes).toEqual({ card: attributes.card, best_iteration: "7", feature_infos: "0:1:2 none", pandas_categorical: '[["x","y","z"]]' });
  });
});
