import { expect, test } from "vitest";
import { binaryModel } from "../../../bench/streams/binary-model.ts";
import { emptyTree, type ForestModel } from "../../../kernel-as/model/forest.ts";
import { xgboostBinary } from "../../../kernel-as/model/formats/xgboost/binary.ts";

test("the binary file of a forest is read back as the same forest", () => {
  const tree = emptyTree(3);
  tree.left.set([1, -1, -1]);
  tree.right.set([2, -1, -1]);
  tree.feature[0] = 1;
  tree.split.set([0.5, -1.25, 2]);
  tree.defaultLeft[0] = 1;
  tree.gain.set([3, 0, 0]);
  tree.cover.set([9, 4, 5]);
  tree.value.set([0.1, -1.25, 2]);
  const stump = emptyTree(1);
  stump.split[0] = 0.75;
  stump.value[0] = 0.75;
  const model: ForestModel = {
    family: "xgboost",
    objective: { name: "binary:logistic", parameters: {} },
    featureCount: 2,
    featureNames: null,
    featureTypes: null,
    outputs: 1,
    averaged: false,
    categoryNames: null,
    attributes: {},
    baseScores: Float32Array.of(0.25),
    trees: [tree, stump],
    roundStarts: Uint32Array.of(0, 1, 2),
  };
  const bytes = new Uint8Array(binaryModel(model));
  expect(xgboostBinary.recognises(bytes)).toBe(true);
  const read = xgboostBinary.read(bytes);
  expect(read.baseScores).toEqual(model.baseScores);
  expect(read.featureCount).toBe(2);
  expect(read.trees).toHaveLength(2);
  const fields = ["left", "right", "split", "gain", "cover", "value", "defaultLeft"] as const;
  for (const [i, each] of [tree, stump].entries()) for (const field of fields) expect(read.trees[i]![field], field).toEqual(each[field]);
  expect(read.trees[0]!.feature[0]).toBe(1);
});
