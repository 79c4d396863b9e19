import { MangroveError } from "../../../errors.ts";
import { checkForest } from "../../check.ts";
import type { ForestModel, Objective } from "../../forest.ts";
import { transformOf } from "../../objective.ts";
import { baseScoreFault, readBaseScores } from "./base-score.ts";
import { readCategories, withoutTypes } from "./category-names.ts";
import { setRoom } from "./category-sets.ts";
import { Part } from "./part.ts";
import { readTree } from "./read-tree.ts";
import { roundStartsOf } from "./rounds.ts";

/** What is kept of a file as it is, for writing it back, is nested no deeper. */
const DEEPEST_KEPT = 16;

/**
 * The model of a document of any version from 1.0 on, parsed from JSON or UBJSON (src/learner.cc, src/gbm/gbtree_model.cc,
 * src/gbm/gbtree.cc). `fileBytes` bounds what is allocated.
 */
export function readLearner(document: unknown, fileBytes: number): ForestModel {
  const learner = new Part(document).member("learner");
  const parameters = learner.member("learner_model_param");
  const booster = boosterOf(learner.member("gradient_booster"));
  const objective = readObjective(learner.member("objective"));
  transformOf({ family: "xgboost", objective });
  const featureCount = parameters.member("num_feature").count();
  const outputs = Math.max(parameters.maybe("num_class")?.count() ?? 0, parameters.maybe("num_target")?.count() ?? 1, 1);

  const trees = inOrder(booster.model.member("trees"));
  const told = booster.model.maybe("gbtree_model_param")?.maybe("num_trees")?.count() ?? trees.length;
  if (told !== trees.length) booster.model.member("trees").fail(`has ${trees.length} entries, num_trees is ${told}`);
  const outputOf = booster.model.member("tree_info").integers(trees.length);
  const weights = booster.weights(trees.length);
  const room = setRoom(fileBytes);
  const { names, types } = readCategories(booster.model.maybe("cats"), featureCount);
  const attributes = readAttributes(learner.maybe("attributes"));
  const model: ForestModel = {
    family: "xgboost",
    objective,
    featureCount,
    featureNames: readTexts(learner.maybe("feature_names"), featureCount),
    featureTypes: readTexts(learner.maybe("feature_types"), featureCount),
    outputs,
    baseScores: readBaseScores(parameters.member("base_score")),
    trees: trees.map((tree, i) => readTree(tree, { outputs, output: outputOf[i]!, weight: weights[i]!, room })),
    roundStarts: roundStartsOf(booster.model, { outputs, outputOf }),
    averaged: false,
    categoryNames: names,
    attributes: { ...withoutTypes(attributes), ...types },
  };
  checkForest(model);
  const fault = baseScoreFault(model);
  if (fault !== null) parameters.member("base_score").fail(fault);
  return model;
}

interface Booster {
  readonly model: Part;
  weights(trees: number): Float32Array;
}

/**
 * DART has its weights beside the tree booster that it wraps, or beside the model; from 3.4 on every tree booster may have some in its
 * model, where those at the end may be left out.
 */
function boosterOf(part: Part): Booster {
  const name = part.member("name").text();
  if (name === "gblinear") {
    throw new MangroveError("MGV_MODEL_UNSUPPORTED", "This XGBoost model is linear (gblinear): it has no trees. Models of the boosters gbtree and dart can be read.");
  }
  if (name !== "gbtree" && name !== "dart") part.member("name").fail(`is ${JSON.stringify(name.slice(0, 40))}; it must be gbtree or dart`);
  const inner = part.maybe("gbtree") ?? part;
  const model = inner.member("model");
  const all = part.maybe("weight_drop") ?? inner.maybe("weight_drop");
  if (all) return { model, weights: (trees) => all.floats(trees) };
  const some = model.maybe("weight_drop")?.floats() ?? new Float32Array(0);
  return {
    model,
    weights(trees) {
      if (some.length > trees) model.member("weight_drop").fail(`has ${some.length} entries for ${trees} trees`);
      return Float32Array.from({ length: trees }, (_, i) => some[i] ?? 1);
    },
  };
}

/** The trees by their ids, which XGBoost obeys. */
function inOrder(part: Part): Part[] {
  const count = part.size;
  const trees = new Array<Part | undefined>(count).fill(undefined);
  let place = 0;
  for (const tree of part.elements()) {
    const id = tree.maybe("id")?.count() ?? place;
    if (id >= count || trees[id] !== undefined) tree.member("id").fail(`is ${id}, of ${count} trees`);
    trees[id] = tree;
    place++;
  }
  return trees as Part[];
}

function readObjective(part: Part): Objective {
  const name = part.member("name").text();
  const parameters = part.members().filter(([key]) => key !== "name");
  return { name, parameters: Object.fromEntries(parameters.map(([key, value]) => [key, kept(value, 0)])) };
}

/** What is only kept, made of plain arrays and objects. */
function kept(part: Part, depth: number): unknown {
  const value = part.raw;
  if (typeof value !== "object" || value === null) return value;
  if (depth === DEEPEST_KEPT) part.fail("is nested too deeply");
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array);
  if (Array.isArray(value)) return Array.from(part.elements(), (each) => kept(each, depth + 1));
  return Object.fromEntries(part.members().map(([key, each]) => [key, kept(each, depth + 1)]));
}

function readAttributes(part: Part | null): Record<string, string> {
  return Object.fromEntries((part?.members() ?? []).map(([name, value]) => [name, value.text()]));
}

/** Null where there are none. */
function readTexts(part: Part | null, featureCount: number): string[] | null {
  if (part === null || part.size === 0) return null;
  if (part.size !== featureCount) part.fail(`has ${part.size} entries for ${featureCount} features`);
  return Array.from(part.elements(), (each) => each.text());
}
