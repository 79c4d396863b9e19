import { MangroveError } from "../errors.ts";
import { isCard, type ModelCard } from "./card.ts";
import { checkForest, emptyTree, type Forest, type Tree } from "./forest.ts";

/*
 * XGBoost's JSON model format: dmlc/xgboost src/learner.cc, src/gbm/gbtree_model.cc, src/tree/tree_model.cc.
 * `feature_names` stays empty, because XGBoost refuses brackets in them.
 */

/** The attribute of `learner.attributes` that holds the card. */
const CARD_ATTRIBUTE = "mangrove";

/** What XGBoost writes as the parent of a root. */
const NO_PARENT = 2_147_483_647;

export interface ParsedModel {
  readonly forest: Forest;
  /** Null for a model that was not trained here. */
  readonly card: ModelCard | null;
}

/** The text of a model file; equal inputs give equal bytes. */
export function writeXgboostJson(forest: Forest, card: ModelCard): string {
  const whole = (values: Iterable<number>) => JSON.stringify([...values]);
  const model = members({
    gbtree_model_param: JSON.stringify({ num_parallel_tree: "1", num_trees: String(forest.trees.length) }),
    iteration_indptr: whole(Array.from({ length: forest.trees.length + 1 }, (_, i) => i)),
    tree_info: whole(forest.trees.map(() => 0)),
    trees: `[${forest.trees.map((tree, id) => treeToJson(tree, id, forest.featureCount)).join(",")}]`,
  });
  const learner = members({
    attributes: JSON.stringify({ [CARD_ATTRIBUTE]: JSON.stringify(card) }),
    feature_names: "[]",
    feature_types: "[]",
    gradient_booster: members({ model, name: '"gbtree"' }),
    learner_model_param: JSON.stringify({
      base_score: floatText(forest.baseScore),
      boost_from_average: "0",
      num_class: "0",
      num_feature: String(forest.featureCount),
      num_target: "1",
    }),
    objective: JSON.stringify({ name: forest.objective, reg_loss_param: { scale_pos_weight: "1" } }),
  });
  return members({ learner, version: "[2,1,0]" });
}

function treeToJson(tree: Tree, id: number, featureCount: number): string {
  const nodes = tree.left.length;
  const parents = new Array<number>(nodes).fill(NO_PARENT);
  tree.left.forEach((left, node) => {
    if (left === -1) return;
    parents[left] = node;
    parents[tree.right[node]!] = node;
  });
  const whole = (values: Iterable<number>) => JSON.stringify([...values]);
  const floats = (values: Iterable<number>) => `[${Array.from(values, floatText).join(",")}]`;
  return members({
    base_weights: floats(tree.split.map((value, node) => (tree.left[node] === -1 ? value : 0))),
    categories: "[]",
    categories_nodes: "[]",
    categories_segments: "[]",
    categories_sizes: "[]",
    default_left: whole(tree.defaultLeft),
    id: String(id),
    left_children: whole(tree.left),
    loss_changes: floats(tree.gain),
    parents: whole(parents),
    right_children: whole(tree.right),
    split_conditions: floats(tree.split),
    split_indices: whole(tree.feature),
    split_type: whole(new Array<number>(nodes).fill(0)),
    sum_hessian: floats(tree.cover),
    tree_param: JSON.stringify({ num_deleted: "0", num_feature: String(featureCount), num_nodes: String(nodes), size_leaf_vector: "1" }),
  });
}

/** A JSON object of members that are JSON already. */
function members(texts: Readonly<Record<string, string>>): string {
  return `{${Object.entries(texts).map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`;
}

/**
 * The shortest number that reads back as the same f32, with an exponent: XGBoost's reader takes a number without a point or an exponent for an
 * integer, and refuses it in an array of floats (include/xgboost/json.h).
 */
function floatText(value: number): string {
  const exact = Math.fround(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(exact.toPrecision(digits));
    if (Math.fround(short) === exact) return exponential(short);
  }
  return exponential(Number(exact.toPrecision(9)));
}

function exponential(value: number): string {
  return value.toExponential().replace("e+", "E").replace("e", "E");
}

/** Reads a model file. Throws `MGV_MODEL_FORMAT` for anything that is broken or that this version cannot score exactly. */
export function parseXgboostJson(text: string): ParsedModel {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new MangroveError("MGV_MODEL_FORMAT", "The model file is not whole JSON: it is cut short or of another format. Train again, or restore a backup from models/.", { cause });
  }
  const learner = member(json, "learner");
  const booster = member(learner, "gradient_booster");
  expect(booster, "name", "gbtree");
  const objective = member(learner, "objective");
  expect(objective, "name", "binary:logistic");
  const parameters = member(learner, "learner_model_param");
  const baseScore = Number(String(member(parameters, "base_score")).replace(/^\[|\]$/g, ""));
  if (!(baseScore > 0 && baseScore < 1)) fail(`base_score is ${String(member(parameters, "base_score"))}, not a probability`);
  const trees = member(member(booster, "model"), "trees");
  if (!Array.isArray(trees)) return fail("learner.gradient_booster.model.trees is not an array");
  const featureCount = Number(member(parameters, "num_feature"));
  if (!Number.isInteger(featureCount) || featureCount < 0) fail(`num_feature is ${JSON.stringify(member(parameters, "num_feature"))}`);
  const forest: Forest = {
    objective: "binary:logistic",
    baseScore: Math.fround(baseScore),
    featureCount,
    trees: trees.map((tree, number) => treeFromJson(tree, number)),
  };
  const card = (member(learner, "attributes") as Record<string, unknown>)[CARD_ATTRIBUTE];
  return { forest: checkForest(forest), card: typeof card === "string" ? parseCard(card) : null };
}

function parseCard(text: string): ModelCard {
  let card: Partial<ModelCard> | null;
  try {
    card = JSON.parse(text) as Partial<ModelCard> | null;
  } catch (cause) {
    throw new MangroveError("MGV_MODEL_FORMAT", `The attribute "${CARD_ATTRIBUTE}" of the model file is not JSON.`, { cause });
  }
  if (!isCard(card)) throw new MangroveError("MGV_MODEL_FORMAT", `The attribute "${CARD_ATTRIBUTE}" of the model file does not describe a model.`);
  return card;
}

function treeFromJson(json: unknown, number: number): Tree {
  const column = (name: string): number[] => {
    const values = member(json, name);
    if (!Array.isArray(values) || !values.every((value) => typeof value === "number" || typeof value === "boolean")) {
      return fail(`${name} of tree ${number} is not an array of numbers`);
    }
    return values.map(Number);
  };
  const left = column("left_children");
  const tree = emptyTree(left.length);
  const fill = (into: { set(values: number[]): void; length: number }, values: number[], name: string) => {
    if (values.length !== into.length) fail(`${name} of tree ${number} has ${values.length} entries for ${into.length} nodes`);
    into.set(values);
  };
  if (column("split_type").some((type) => type !== 0)) fail(`tree ${number} has categorical splits, which are not supported yet`);
  if (String(member(member(json, "tree_param"), "size_leaf_vector")) > "1") fail(`tree ${number} has vector leaves, which are not supported yet`);
  fill(tree.left, left, "left_children");
  fill(tree.right, column("right_children"), "right_children");
  fill(tree.feature, column("split_indices"), "split_indices");
  fill(tree.split, column("split_conditions"), "split_conditions");
  fill(tree.defaultLeft, column("default_left"), "default_left");
  fill(tree.gain, column("loss_changes"), "loss_changes");
  fill(tree.cover, column("sum_hessian"), "sum_hessian");
  return tree;
}

function member(of: unknown, name: string): unknown {
  const value = typeof of === "object" && of !== null ? (of as Record<string, unknown>)[name] : undefined;
  return value ?? fail(`it has no ${name}`);
}

function expect(of: unknown, name: string, wanted: string): void {
  const found = member(of, name);
  if (found !== wanted) fail(`its ${name} is ${JSON.stringify(found)}; this version reads ${wanted}`);
}

function fail(what: string): never {
  throw new MangroveError("MGV_MODEL_FORMAT", `This is not a usable XGBoost JSON model: ${what}.`);
}
