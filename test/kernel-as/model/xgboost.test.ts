import { expect, test } from "vitest";
import type { ModelCard } from "../../../kernel-as/model/card.ts";
import { emptyTree, type Forest } from "../../../kernel-as/model/forest.ts";
import { defaultParameters } from "../../../kernel-as/model/training.ts";
import { parseXgboostJson, writeXgboostJson } from "../../../kernel-as/model/xgboost.ts";

const stump = emptyTree(3);
stump.left[0] = 1;
stump.right[0] = 2;
stump.feature[0] = 1;
stump.split.set([0.1, -0.3, 1 / 3]);
stump.defaultLeft[0] = 1;
stump.cover.set([3, 1, 2]);
const forest: Forest = { objective: "binary:logistic", baseScore: Math.fround(0.3), featureCount: 2, trees: [stump] };
const card: ModelCard = {
  pipeline: "test",
  features: ["Temperature[C]", 'a "quoted" name'],
  threshold: 0.5,
  trainedOn: { kind: "simulated", sensors: 1, rateHz: 1, seconds: 1, seed: 1 },
  rows: 3,
  positives: 1,
  parameters: defaultParameters,
  splits: [],
};

/** The written model with one part of its JSON replaced. */
function broken(change: (model: any) => void): string {
  const model = JSON.parse(writeXgboostJson(forest, card)) as unknown;
  change(model);
  return JSON.stringify(model);
}
const tree = (model: any) => model.learner.gradient_booster.model.trees[0];

test("a forest and its card come back from the file as they went in", () => {
  expect(parseXgboostJson(writeXgboostJson(forest, card))).toEqual({ forest, card });
});

test("a model that XGBoost 3 wrote, with base_score as an array and no card, is read", () => {
  const text = broken((model) => {
    model.learner.learner_model_param.base_score = "[2.5E-1]";
    model.learner.attributes = {};
  });
  expect(parseXgboostJson(text)).toMatchObject({ forest: { baseScore: 0.25 }, card: null });
});

test("a file that is cut short at any place is an error with a code, never a model", () => {
  const text = writeXgboostJson(forest, card);
  for (let length = 0; length < text.length; length += 7) {
    expect(() => parseXgboostJson(text.slice(0, length))).toThrow(expect.objectContaining({ code: "MGV_MODEL_FORMAT" }));
  }
});

test.each<[string, (model: any) => void, RegExp]>([
  ["a child beyond the nodes", (m) => (tree(m).left_children[0] = 9), /child 9 of 3 nodes/],
  ["a child that is its own parent", (m) => (tree(m).left_children[0] = 0), /child 0/],
  ["two ways to one node", (m) => (tree(m).right_children[0] = 1), /two parents/],
  ["a cycle", (m) => Object.assign(tree(m), { left_children: [1, 2, -1], right_children: [2, 0, -1] }), /child 0|two parents/],
  ["an unknown feature", (m) => (tree(m).split_indices[0] = 2), /feature 2/],
  ["arrays of different lengths", (m) => tree(m).split_conditions.pop(), /split_conditions/],
  ["a string among the numbers", (m) => (tree(m).split_conditions[0] = "1"), /not an array of numbers/],
  ["categorical splits", (m) => (tree(m).split_type[0] = 1), /categorical/],
  ["vector leaves", (m) => (tree(m).tree_param.size_leaf_vector = "3"), /vector leaves/],
  ["another booster", (m) => (m.learner.gradient_booster.name = "gblinear"), /gblinear/],
  ["another objective", (m) => (m.learner.objective.name = "rank:ndcg"), /rank:ndcg/],
  ["a base score of 1", (m) => (m.learner.learner_model_param.base_score = "1"), /base_score/],
  ["no trees", (m) => delete m.learner.gradient_booster.model.trees, /no trees/],
  ["a tree without nodes", (m) => ["left_children", "right_children", "split_indices", "split_conditions", "default_left", "loss_changes", "sum_hessian", "split_type"].forEach((name) => (tree(m)[name] = [])), /no node/],
  ["a number of features in words", (m) => (m.learner.learner_model_param.num_feature = "x"), /num_feature/],
  ["a card that says nothing", (m) => (m.learner.attributes.mangrove = "{}"), /does not describe a model/],
  ["a card that is null", (m) => (m.learner.attributes.mangrove = "null"), /does not describe a model/],
  ["a threshold of 2", (m) => (m.learner.attributes.mangrove = JSON.stringify({ ...card, threshold: 2 })), /does not describe a model/],
  ["a card that is not JSON", (m) => (m.learner.attributes.mangrove = "{"), /not JSON/],
])("%s is refused in a sentence", (_, change, sentence) => {
  const text = broken(change);
  expect(() => parseXgboostJson(text)).toThrow(expect.objectContaining({ code: "MGV_MODEL_FORMAT" }));
  expect(() => parseXgboostJson(text)).toThrow(sentence);
});
