import { MangroveError } from "../../../errors.ts";
import { checkForest } from "../../check.ts";
import { emptyTree, type ForestModel, type Objective, type Tree } from "../../forest.ts";
import { transformOf } from "../../objective.ts";
import type { ModelFormat } from "../format.ts";
import { baseScoreFault, baseScoreOf } from "./base-score.ts";
import { BytesReader } from "./bytes-reader.ts";
import { objectiveNamed } from "./objective-parameters.ts";
import { evenRounds, parallelTrees } from "./rounds.ts";

/*
 * The binary format of XGBoost up to 3.0 (src/learner.cc, src/gbm/gbtree_model.cc and include/xgboost/tree_model.h of those versions). All
 * is little-endian; a text is u64 bytes and the bytes.
 *
 *   ["binf"]                                since 1.3
 *   136 bytes  f32 base_score  u32 num_feature  i32 num_class  i32 attributes?  i32 metrics?  u32 major  u32 minor  u32 num_target  …
 *   text objective, text booster
 *   160 bytes  i32 num_trees   i32 num_parallel_tree (since 1.4, always 1 before)  …
 *   num_trees ╷ 148 bytes  i32  i32 num_nodes  i32 num_deleted  i32  i32 num_feature  i32 size_leaf_vector  …
 *             │ num_nodes ╷ 20 bytes  i32 parent  i32 left  i32 right  u32 feature, bit 31: missing goes left  f32 split or leaf
 *             ╵ num_nodes ╷ 16 bytes  f32 gain    f32 cover  f32 weight  i32
 *   num_trees i32 output
 *   dart:      u64 n, n f32 weights
 *   attributes?  u64 n, n pairs of texts
 */

const MAGIC = "binf";
const LEARNER_BYTES = 136;
const BOOSTER_BYTES = 160;
const TREE_BYTES = 148;
const NODE_BYTES = 20;
const STATISTICS_BYTES = 16;

/** XGBoost's binary files, which have no version of their own: known by an objective's name where it must stand. */
export const xgboostBinary = {
  name: "xgboost-binary",
  title: "XGBoost binary, up to version 3.0",
  extensions: [".model", ".bin", ".deprecated"],
  recognises(bytes) {
    const objective = startOf(bytes) + LEARNER_BYTES;
    const name = String.fromCharCode(...bytes.subarray(objective + 8, objective + 8 + Math.min(bytes[objective] ?? 0, 64)));
    return /^[a-z]+:[a-z]+$/.test(name) && bytes.subarray(objective + 1, objective + 8).every((byte) => byte === 0);
  },
  read: readBinary,
  write: null,
} satisfies ModelFormat;

function startOf(bytes: Uint8Array): number {
  return String.fromCharCode(...bytes.subarray(0, MAGIC.length)) === MAGIC ? MAGIC.length : 0;
}

function readBinary(bytes: Uint8Array): ForestModel {
  const reader = new BytesReader(bytes.subarray(startOf(bytes)));
  const learner = reader.take(LEARNER_BYTES, "the parameters of the learner");
  const field = (index: number) => learner.getUint32(index * 4, true);
  const major = field(5);
  const outputs = Math.max(field(2), field(7), 1);
  const name = reader.text("the objective's name");
  transformOf({ family: "xgboost", objective: { name, parameters: {} } });
  const booster = reader.text("the booster's name");
  if (booster === "gblinear") {
    throw new MangroveError("MGV_MODEL_UNSUPPORTED", "This XGBoost model is linear (gblinear): it has no trees. Models of the boosters gbtree and dart can be read.");
  }
  if (booster !== "gbtree" && booster !== "dart") reader.fail(`the booster is ${JSON.stringify(booster.slice(0, 40))}, not gbtree or dart`);

  const parameters = reader.take(BOOSTER_BYTES, "the parameters of the booster");
  const count = parameters.getInt32(0, true);
  if (count < 0 || count * TREE_BYTES > reader.left) reader.fail(`${count} trees are announced, ${reader.left} bytes are left`);
  const trees = Array.from({ length: count }, (_, i) => readTree(reader, i));
  const outputView = reader.take(count * 4, "the outputs of the trees");
  const outputOf = Int32Array.from({ length: count }, (_, i) => outputView.getInt32(i * 4, true));
  const weights = booster === "dart" && count > 0 ? readWeights(reader, count) : null;
  const attributes = field(3) === 0 ? {} : readAttributes(reader);

  const perOutput = Math.max(parameters.getInt32(4, true), parallelTrees(outputs, outputOf), 1);
  const model: ForestModel = {
    family: "xgboost",
    objective: objectiveOf(reader, attributes["objective"]) ?? objectiveNamed(name, outputs),
    featureCount: field(1),
    featureNames: null,
    featureTypes: null,
    outputs,
    baseScores: Float32Array.of(learner.getFloat32(0, true)),
    trees: trees.map((tree, i) => ({ ...tree, output: outputOf[i]!, weight: weights?.[i] ?? 1 })),
    roundStarts: evenRounds(count, outputs * perOutput),
    averaged: false,
    categoryNames: null,
    attributes: Object.fromEntries(Object.entries(attributes).filter(([key]) => !notAttributes.has(key))),
  };
  checkForest(model);
  if (major < 1) model.baseScores[0] = baseScoreOf(model, model.baseScores[0]!);
  const fault = baseScoreFault(model);
  return fault === null ? model : reader.fail(`base_score ${fault}`);
}

function readTree(reader: BytesReader, number: number): Tree {
  const parameters = reader.take(TREE_BYTES, `the parameters of tree ${number}`);
  const nodes = parameters.getInt32(4, true);
  if (parameters.getInt32(20, true) > 1) {
    throw new MangroveError("MGV_MODEL_UNSUPPORTED", "This XGBoost binary model has leaves that are vectors, which no version could predict with. Save it as JSON.");
  }
  const shape = reader.take(nodes * NODE_BYTES, `the ${nodes} nodes of tree ${number}`);
  const statistics = reader.take(nodes * STATISTICS_BYTES, `the statistics of the ${nodes} nodes of tree ${number}`);
  const tree = emptyTree(nodes);
  for (let node = 0; node < nodes; node++) {
    const at = node * NODE_BYTES;
    const about = node * STATISTICS_BYTES;
    const feature = shape.getUint32(at + 12, true);
    tree.left[node] = shape.getInt32(at + 4, true);
    tree.right[node] = shape.getInt32(at + 8, true);
    tree.feature[node] = feature & 0x7fffffff;
    tree.defaultLeft[node] = feature >>> 31;
    tree.split[node] = shape.getFloat32(at + 16, true);
    tree.cover[node] = statistics.getFloat32(about + 4, true);
    const isLeaf = tree.left[node] === -1;
    tree.gain[node] = isLeaf ? 0 : statistics.getFloat32(about, true);
    tree.value[node] = isLeaf ? tree.split[node]! : statistics.getFloat32(about + 8, true);
  }
  return tree;
}

function readWeights(reader: BytesReader, trees: number): Float32Array {
  const count = reader.count(4, "weights of trees");
  if (count !== trees) reader.fail(`${count} weights are announced for ${trees} trees`);
  const view = reader.take(count * 4, "the weights of the trees");
  return Float32Array.from({ length: count }, (_, i) => view.getFloat32(i * 4, true));
}

/** What XGBoost keeps among the attributes of this format only. */
const notAttributes = new Set(["objective", "metrics", "count_poisson_max_delta_step"]);

function readAttributes(reader: BytesReader): Record<string, string> {
  const count = reader.count(16, "attributes");
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [reader.text(`the name of attribute ${i}`), reader.text(`attribute ${i}`)]));
}

/** The objective with its parameters, which files since 1.0 have as JSON. */
function objectiveOf(reader: BytesReader, json: string | undefined): Objective | null {
  if (json === undefined) return null;
  try {
    const { name, ...parameters } = JSON.parse(json) as { name: string };
    if (typeof name === "string") return { name, parameters };
  } catch {
    // said below
  }
  return reader.fail("the attribute objective is not the JSON of an objective");
}
