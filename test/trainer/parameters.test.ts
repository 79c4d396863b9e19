import { expect, test } from "vitest";
import { defaultParameters, parameterTable, trainingParameters } from "../../trainer/index.ts";

test("every parameter has a default and stands in the table once; no name means two", () => {
  expect(parameterTable.map(({ name }) => name).sort()).toEqual(Object.keys(defaultParameters).sort());
  const names = parameterTable.flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
});

test("nothing given: the defaults", () => {
  expect(trainingParameters({})).toEqual(defaultParameters);
});

test("XGBoost's names and LightGBM's are the same parameters", () => {
  const byXgboost = { objective: "multi:softprob", num_class: 3, rounds: 7, max_leaves: 9, eta: 0.2, lambda: 2, alpha: 1, subsample: 0.5, colsample_bytree: 0.5, min_child_weight: 3, gamma: 0.1 };
  const byLightgbm = { objective: "multiclass", num_classes: 3, num_iterations: 7, num_leaves: 9, learning_rate: 0.2, lambda_l2: 2, lambda_l1: 1, bagging_fraction: 0.5, feature_fraction: 0.5, min_sum_hessian_in_leaf: 3, min_gain_to_split: 0.1 };
  expect(trainingParameters(byLightgbm)).toEqual(trainingParameters(byXgboost));
});

test("leaves alone make trees grow by leaf without a limit of depth, and a growth by leaf without limits has 31 leaves", () => {
  expect(trainingParameters({ num_leaves: 20 })).toMatchObject({ grow_policy: "lossguide", max_depth: 0, max_leaves: 20 });
  expect(trainingParameters({ num_leaves: 20, max_depth: 3, grow_policy: "depthwise" })).toMatchObject({ grow_policy: "depthwise", max_depth: 3, max_leaves: 20 });
  expect(trainingParameters({ grow_policy: "leafwise", max_depth: -1 })).toMatchObject({ grow_policy: "lossguide", max_depth: 0, max_leaves: 31 });
});

test.each([
  ["an unknown name: the nearest is said", { learning_rat: 0.1 }, /no parameter "learning_rat".*learning_rate/],
  ["two names with different values", { eta: 0.1, learning_rate: 0.2 }, /eta is 0.1 and learning_rate is 0.2.*two names of the same/],
  ["an unknown objective: the nearest is said", { objective: "binary:logistics" }, /binary:logistic/],
  ["a number as text", { eta: "0.1" }, /eta is "0.1"; it must be a number/],
  ["a truth as a number", { quantized: 1 }, /quantized is 1; it must be true or false/],
  ["constraints that are no list", { monotone_constraints: 1 }, /a list of 1, 0 and -1/],
])("%s", (_, given, message) => {
  expect(() => trainingParameters(given)).toThrow(expect.objectContaining({ code: "MGV_TRAIN_PARAMETER", message: expect.stringMatching(message) }));
});

test("two names with the same value are one", () => {
  expect(trainingParameters({ eta: 0.3, learning_rate: 0.3 }).eta).toBe(0.3);
});
