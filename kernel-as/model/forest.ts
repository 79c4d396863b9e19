import { MangroveError } from "../errors.ts";

/** One regression tree as arrays by node, node 0 the root. Rows with feature < split go left. */
export interface Tree {
  /** Index of the left child; -1 marks a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly feature: Uint32Array;
  /** The split of an inner node, the value of a leaf. */
  readonly split: Float32Array;
  /** 1: a missing value (NaN) goes left. */
  readonly defaultLeft: Uint8Array;
  /** What the split gained in loss, 0 at leaves. */
  readonly gain: Float32Array;
  /** Sum of the hessians of the training rows that came here. */
  readonly cover: Float32Array;
}

/** A trained ensemble in memory: margin = base margin + one leaf of every tree, in order, in f32. */
export interface Forest {
  readonly objective: "binary:logistic";
  /** The prediction before any tree, as a probability in (0, 1). */
  readonly baseScore: number;
  readonly featureCount: number;
  readonly trees: readonly Tree[];
}

/** Arrays for a tree of `nodes` nodes, all of them leaves of value 0. */
export function emptyTree(nodes: number): Tree {
  return {
    left: new Int32Array(nodes).fill(-1),
    right: new Int32Array(nodes).fill(-1),
    feature: new Uint32Array(nodes),
    split: new Float32Array(nodes),
    defaultLeft: new Uint8Array(nodes),
    gain: new Float32Array(nodes),
    cover: new Float32Array(nodes),
  };
}

/**
 * Throws `MGV_MODEL_FORMAT` unless every walk through every tree ends in a leaf without leaving the arrays: children
 * in range, each node but the root the child of exactly one other, features known. Linear in the number of nodes.
 */
export function checkForest(forest: Forest): Forest {
  forest.trees.forEach((tree, number) => {
    const nodes = tree.left.length;
    const fail = (what: string): never => {
      throw new MangroveError("MGV_MODEL_FORMAT", `Tree ${number} of the model is broken: ${what}.`);
    };
    if (nodes === 0) fail("it has no node");
    const parents = new Uint8Array(nodes);
    const open = [0];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      const left = tree.left[node]!;
      const right = tree.right[node]!;
      if (left === -1) {
        if (Number.isNaN(tree.split[node])) fail(`leaf ${node} has no value`);
        continue;
      }
      if (tree.feature[node]! >= forest.featureCount) fail(`node ${node} reads feature ${tree.feature[node]}, the model has ${forest.featureCount}`);
      for (const child of [left, right]) {
        if (child <= 0 || child >= nodes) fail(`node ${node} has child ${child} of ${nodes} nodes`);
        if (parents[child] === 1) fail(`node ${child} has two parents`);
        parents[child] = 1;
        open.push(child);
      }
    }
  });
  return forest;
}
