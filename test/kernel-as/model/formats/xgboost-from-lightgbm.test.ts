import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readModel } from "../../../../kernel-as/model/formats/formats.ts";
import { fromLightgbm } from "../../../../kernel-as/model/formats/xgboost/from-lightgbm.ts";
import { xgboostJson } from "../../../../kernel-as/model/formats/xgboost/json.ts";
import { emptyTree, Missing, type ForestModel, type Tree } from "../../../../kernel-as/model/forest.ts";
import { predictorOf } from "../../../../kernel-as/model/objective.ts";
import { referenceLeaves, referenceMargins } from "../../../../kernel-as/model/reference.ts";
import { randomForest, randomRows } from "../../../fixtures/forests.ts";
import { random } from "../../../fixtures/random.ts";

const golden = (name: string) => readModel(new Uint8Array(readFileSync(new URL(`../../../goldens/lightgbm/${name}`, import.meta.url)))).model;
const converted = (model: ForestModel) => xgboostJson.read(xgboostJson.write(model));

/** LightGBM's leaf numbers of XGBoost's, of a model in memory: inner nodes come first, and nodes keep their numbers. */
function leavesOfNodes({ trees }: ForestModel, leaves: readonly number[]): number[] {
  return leaves.map((node, tree) => node - (trees[tree]!.left.length - 1) / 2);
}

/** Where the converted model gives another leaf, or a margin or prediction that differs by more than rounding; null where it never does. */
function firstDifference(model: ForestModel, rows: ArrayLike<number>): string | null {
  const inMemory = fromLightgbm(model);
  const other = converted(model);
  const size = model.trees.reduce((sum, { split, left }) => sum + Math.max(...Array.from(left, (child, node) => (child === -1 ? Math.abs(split[node]!) : 0))), 1);
  for (let row = 0; row < rows.length / model.featureCount; row++) {
    const features = Float32Array.from({ length: model.featureCount }, (_, i) => rows[row * model.featureCount + i]!);
    const leaves = [referenceLeaves(model, features), leavesOfNodes(inMemory, referenceLeaves(inMemory, features))].map(String);
    if (leaves[0] !== leaves[1]) return `${features.join(" ")} falls into ${leaves.join(", not ")}`;
    const [ours, theirs] = [model, other].map((each) => Float64Array.from(referenceMargins(each, features))) as [Float64Array, Float64Array];
    if (ours.some((margin, output) => Math.abs(margin - theirs[output]!) > size * 1e-6)) return `${features.join(" ")} has margins ${ours.join(" ")}, not ${theirs.join(" ")}`;
    predictorOf(model)(ours, ours);
    predictorOf(other)(theirs, theirs);
    if (ours.some((prediction, output) => Math.abs(prediction - theirs[output]!) > size * 2e-6 * Math.max(1, prediction))) return `${features.join(" ")} is ${ours.join(" ")}, not ${theirs.join(" ")}`;
  }
  return null;
}

test("every row of f32 falls into the same leaves, at thresholds and beside them, missing, zero, tiny or infinite", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 3 }), fc.boolean(), (seed, leaves, outputs, categorical) => {
      const next = random(seed);
      const model = randomForest(next, { family: "lightgbm", features: 5, trees: 4, leaves, outputs, categorical: categorical ? 0.4 : 0, special: "none" });
      // zeros that go their own way are refused, and a category is no fraction between -1 and 0
      for (const { missing, split, defaultLeft } of model.trees) missing.forEach((kind, node) => kind === Missing.zero && (defaultLeft[node] = 0 <= split[node]! ? 1 : 0));
      const rows = randomRows(next, model, 40).map((x) => (categorical && x < 0 && x > -1 ? -1 : x));
      expect(firstDifference(model, rows)).toBeNull();
    }),
    { numRuns: 150 },
  );
});

describe("what LightGBM itself grew", () => {
  test.each([
    ["binary.txt", "binary:logistic", 0.5],
    ["multiclass.txt", "multi:softprob", 0],
    ["multiclassova.txt", "binary:logistic", 0.5],
    ["poisson.txt", "count:poisson", 1],
    ["gamma.txt", "reg:gamma", 1],
    ["tweedie.txt", "reg:tweedie", 1],
    ["quantile.txt", "reg:squarederror", 0],
    ["cross-entropy.txt", "reg:logistic", 0.5],
    ["categorical.txt", "reg:squarederror", 0],
    ["missing-none.txt", "reg:squarederror", 0],
    ["missing-nan.txt", "reg:squarederror", 0],
    ["infinite.txt", "reg:squarederror", 0],
  ])("%s becomes %s", (file, name, baseScore) => {
    const model = ofSteepness1(golden(file));
    const next = random(5);
    const categorical = model.trees.some(({ categories }) => categories);
    expect(firstDifference(model, randomRows(next, model, 60).map((x) => (categorical && x < 0 && x > -1 ? NaN : x)))).toBeNull();
    const other = converted(model);
    expect(other).toMatchObject({ family: "xgboost", objective: { name } });
    expect([...other.baseScores]).toEqual([baseScore]);
  });
});

function ofSteepness1(model: ForestModel): ForestModel {
  const { name, parameters } = model.objective;
  return "sigmoid" in parameters ? { ...model, objective: { name, parameters: { ...parameters, sigmoid: "1" } } } : model;
}

/** One split at `threshold`, as LightGBM numbers it. */
function stump(threshold: number, change: Partial<Tree> = {}): ForestModel {
  const tree = { ...emptyTree(3, { family: "lightgbm" }), ...change };
  [tree.left[0], tree.right[0]] = [1, 2];
  tree.split.set([threshold, -1, 1]);
  return { ...randomForest(random(1), { family: "lightgbm", features: 1, trees: 0, leaves: 1, outputs: 1, categorical: 0, special: "none" }), trees: [tree], roundStarts: Uint32Array.of(0, 1) };
}
function withLeaf(value: number): ForestModel {
  const model = stump(1);
  model.trees[0]!.split[1] = value;
  return model;
}
const margin = (model: ForestModel, x: number) => referenceMargins(model, [x])[0];

test("an infinite threshold, to the left of which all numbers go, becomes one to the right of which all go", () => {
  const other = converted(stump(Infinity));
  expect([-Infinity, -1, 0, 3e38, Infinity].map((x) => margin(other, x))).toEqual([-1, -1, -1, -1, -1]);
  expect(margin(other, NaN)).toBe(1);
  const lowest = converted(stump(-Infinity));
  expect([-Infinity, -3e38, NaN].map((x) => margin(lowest, x))).toEqual([-1, 1, 1]);
});

test("names stay where XGBoost can hold all of them", () => {
  const named = (featureNames: string[]) => converted({ ...stump(1), featureNames }).featureNames;
  expect(named(["Humidity (%)"])).toEqual(["Humidity (%)"]);
  expect(named(["Humidity[%]"])).toBeNull();
});

describe("what XGBoost has no counterpart of is refused in a sentence", () => {
  const oneSet = (set: Uint32Array) => ({ categories: { of: Int32Array.of(0, -1, -1), sets: [set] } });
  const far = new Uint32Array(2 ** 19 + 1);
  far[2 ** 19] = 1;
  test.each<[string, ForestModel, RegExp]>([
    ["zeros that go their own way", stump(1, { missing: new Uint8Array(3).fill(Missing.zero) }), /Node 0 of tree 0 takes zeros for missing values and sends them to the right/],
    ["linear leaves", stump(1, { linear: { constant: new Float64Array(3), features: [null, new Uint32Array(0), new Uint32Array(0)], coefficients: [null, new Float64Array(0), new Float64Array(0)] } }), /Tree 0 has leaves that are linear/],
    ["averages", { ...stump(1), averaged: true, roundStarts: Uint32Array.of(0, 0, 1) }, /averages/],
    ["categories that XGBoost does not count to", stump(1, oneSet(far)), /category above 16777216/],
    ["a leaf beyond f32", withLeaf(1e39), /leaf of tree 0 is 1e\+39/],
    ["another steepness", { ...stump(1), objective: { name: "binary", parameters: { sigmoid: "2" } } }, /binary sigmoid:2/],
    ["log(1 + e^x)", { ...stump(1), objective: { name: "cross_entropy_lambda", parameters: {} } }, /cross_entropy_lambda/],
    ["squares", { ...stump(1), objective: { name: "regression", parameters: { sqrt: "" } } }, /regression sqrt/],
  ])("%s", (_, model, sentence) => {
    expect(() => xgboostJson.write(model)).toThrow(expect.objectContaining({ code: "MGV_MODEL_CONVERT" }));
    expect(() => xgboostJson.write(model)).toThrow(sentence);
  });
});
