import { expect, test } from "vitest";
import { emptyTree, type ForestModel } from "../../../kernel-as/model/forest.ts";
import { importance } from "../../../kernel-as/model/importance.ts";
import { randomForest } from "../../fixtures/forests.ts";
import { random } from "../../fixtures/random.ts";

/** Feature 1 at the root, feature 3 below; a node that nobody reaches asks feature 0. */
function forestOf(family: "xgboost" | "lightgbm"): ForestModel {
  const tree = emptyTree(6, { family });
  tree.left.set([1, 2, -1, -1, -1, 2]);
  tree.right.set([4, 3, -1, -1, -1, 3]);
  tree.feature.set([1, 3, 0, 0, 0, 0]);
  tree.gain.set([8, 3, 0, 0, 0, 100]);
  tree.cover.set([10, 6, 2, 4, 4, 50]);
  const model = randomForest(random(1), { family, features: 4, trees: 0, leaves: 1, outputs: 1, categorical: 0, special: "none" });
  return { ...model, trees: [tree, { ...tree, gain: tree.gain.map((gain, node) => (node === 1 ? 0 : gain / 2)) }] };
}

test("of XGBoost: splits, sums and means of gain and cover", () => {
  const model = forestOf("xgboost");
  expect([...importance(model, "weight")]).toEqual([0, 2, 0, 2]);
  expect([...importance(model, "total_gain")]).toEqual([0, 12, 0, 3]);
  expect([...importance(model, "gain")]).toEqual([0, 6, 0, 1.5]);
  expect([...importance(model, "total_cover")]).toEqual([0, 20, 0, 12]);
  expect([...importance(model, "cover")]).toEqual([0, 10, 0, 6]);
});

test("of LightGBM: splits that gain something, and sums of gain", () => {
  const model = forestOf("lightgbm");
  expect([...importance(model, "split")]).toEqual([0, 2, 0, 1]);
  expect([...importance(model, "gain")]).toEqual([0, 12, 0, 3]);
});

test("a kind of the other library is refused, with those that there are", () => {
  expect(() => importance(forestOf("lightgbm"), "total_cover")).toThrow('There is no importance "total_cover" of this model; there are split, gain.');
  expect(() => importance(forestOf("xgboost"), "split")).toThrow(expect.objectContaining({ code: "MGV_ARGUMENT" }));
});
