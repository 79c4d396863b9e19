import { MangroveError } from "../../../errors.ts";
import type { Tree } from "../../forest.ts";
import { withAdjacentSiblings } from "./adjacent-siblings.ts";
import { categoriesOf } from "./category-sets.ts";
import { LongIntegers, type DocumentObject } from "./document.ts";

/** What XGBoost writes as the parent of a root, and as the feature of a node that pruning took away. Such a node must have a parent too. */
const NONE = 2_147_483_647;

/** What XGBoost writes as the threshold of a leaf that is a vector: the least f32. */
const NO_THRESHOLD = 2 ** -149;

/** A tree as XGBoost 3 writes it; earlier versions read it as well. */
export function treeDocument(given: Tree, id: number, featureCount: number, outputs: number): DocumentObject {
  const tree = withAdjacentSiblings(given);
  const { left, right, feature, defaultLeft, gain, cover } = tree;
  const nodes = left.length;
  const vectors = outputs === 1 ? null : tree.vectors;
  const parents = new Int32Array(nodes);
  parents[0] = vectors ? -1 : NONE;
  left.forEach((child, node) => {
    if (child === -1) return;
    parents[child] = node;
    parents[right[node]!] = node;
  });
  return {
    ...categoryLists(tree),
    ...(vectors ? vectorLeaves(tree, vectors, outputs) : scalarLeaves(tree)),
    default_left: defaultLeft,
    id,
    left_children: left,
    loss_changes: Float32Array.from(gain),
    parents,
    split_indices: new Int32Array(feature.buffer, feature.byteOffset, nodes),
    sum_hessian: Float32Array.from(cover),
    tree_param: {
      num_deleted: String(left.reduce((sum, _, node) => sum + (feature[node] === NONE && defaultLeft[node] === 1 ? 1 : 0), 0)),
      num_feature: String(featureCount),
      num_nodes: String(nodes),
      size_leaf_vector: String(vectors ? outputs : 1),
    },
  };
}

/** `values`, with something else at the leaves. */
function leavesOver({ left }: Tree, values: ArrayLike<number>, atLeaf: (leaf: number) => number): Float32Array {
  return Float32Array.from(left, (child, node) => (child === -1 ? atLeaf(node) : values[node]!));
}

function scalarLeaves(tree: Tree): DocumentObject {
  const answer = (leaf: number) => (tree.vectors ?? tree.split)[leaf]!;
  return { base_weights: leavesOver(tree, tree.value, answer), right_children: tree.right, split_conditions: leavesOver(tree, tree.split, answer) };
}

function vectorLeaves(tree: Tree, vectors: Float32Array, outputs: number): DocumentObject {
  const { left, right, split, value } = tree;
  const leaves = [...left.keys()].filter((node) => left[node] === -1);
  const rows = new Float32Array(leaves.length * outputs);
  const rowOrRight = Int32Array.from(right);
  leaves.forEach((leaf, row) => {
    rows.set(vectors.subarray(leaf * outputs, (leaf + 1) * outputs), row * outputs);
    rowOrRight[leaf] = row;
  });
  return {
    base_weights: Float32Array.from(value),
    leaf_weights: rows,
    right_children: rowOrRight,
    split_conditions: leavesOver(tree, split, () => NO_THRESHOLD),
  };
}

function categoryLists({ categories, left }: Tree): DocumentObject {
  const owners = categories ? [...left.keys()].filter((node) => left[node] !== -1 && categories.of[node] !== -1) : [];
  const lists = owners.map((node) => categoriesOf(categories!.sets[categories!.of[node]!]!));
  if (lists.some((list) => list.length === 0)) throw new MangroveError("MGV_MODEL_CONVERT", "The model has a split by an empty set of categories, which XGBoost refuses.");
  const kinds = new Uint8Array(left.length);
  for (const node of owners) kinds[node] = 1;
  let end = 0;
  return {
    categories: Int32Array.from(lists.flat()),
    categories_nodes: Int32Array.from(owners),
    categories_segments: new LongIntegers(lists.map((list) => (end += list.length) - list.length)),
    categories_sizes: new LongIntegers(lists.map((list) => list.length)),
    split_type: kinds,
  };
}
