import { emptyTree, Missing, type Tree } from "../../forest.ts";
import { readCategorySplits, type SetRoom } from "./category-sets.ts";
import type { Part } from "./part.ts";

/** What a tree does not say of itself. */
export interface TreeContext {
  readonly outputs: number;
  /** The output that a tree with one number a leaf adds to. */
  readonly output: number;
  readonly weight: number;
  readonly room: SetRoom;
}

/** A tree as src/tree/tree_model.cc writes it, or src/tree/multi_target_tree_model.cc for leaves that are vectors. */
export function readTree(part: Part, { outputs, output, weight, room }: TreeContext): Tree {
  const left = part.member("left_children").integers();
  const nodes = left.length;
  const parameters = part.member("tree_param");
  const told = parameters.maybe("num_nodes")?.count() ?? nodes;
  if (told !== nodes) part.member("left_children").fail(`has ${nodes} entries, num_nodes is ${told}`);
  const leafSize = parameters.maybe("size_leaf_vector")?.count() ?? 1;
  const indices = part.member("split_indices").integers(nodes);
  const tree: Tree = {
    ...emptyTree(0, { output, weight }),
    left,
    right: part.member("right_children").integers(nodes),
    feature: new Uint32Array(indices.buffer, indices.byteOffset, nodes),
    split: part.member("split_conditions").floats(nodes),
    defaultLeft: part.member("default_left").flags(nodes),
    missing: new Uint8Array(nodes).fill(Missing.nan),
    categories: readCategorySplits(part, left, room),
  };
  return leafSize > 1 ? withVectorLeaves(part, tree, leafSize, outputs) : withScalarLeaves(part, tree);
}

/** Gains are 0 at leaves, values at leaves are those of the leaves: versions differ in what they leave there. */
function withScalarLeaves(part: Part, tree: Tree): Tree {
  const { left, split } = tree;
  const nodes = left.length;
  const gain = part.member("loss_changes").floats(nodes);
  const value = part.member("base_weights").floats(nodes);
  for (let node = 0; node < nodes; node++) {
    if (left[node] !== -1) continue;
    gain[node] = 0;
    value[node] = split[node]!;
  }
  return { ...tree, gain, value, cover: part.member("sum_hessian").floats(nodes) };
}

/**
 * Since 3.1 the numbers of leaf i are in row i of `leaf_weights`, and the leaf's right child is i; before, they are in the row of the leaf's node
 * in `base_weights`, and there are no statistics.
 */
function withVectorLeaves(part: Part, tree: Tree, leafSize: number, outputs: number): Tree {
  const { left, right, split } = tree;
  const nodes = left.length;
  if (leafSize !== outputs) part.member("tree_param").fail(`says ${leafSize} numbers a leaf, the model has ${outputs} outputs`);
  const leaves = left.reduce((sum, child) => sum + (child === -1 ? 1 : 0), 0);
  if (nodes >= 2 * leaves) part.member("left_children").fail(`has ${leaves} leaves among ${nodes} nodes`);
  const own = part.maybe("leaf_weights");
  const value = part.member("base_weights").floats(own ? null : nodes * outputs);
  if (value.length % nodes !== 0) part.member("base_weights").fail(`has ${value.length} entries for ${nodes} nodes`);
  const rows = own ? own.floats(leaves * outputs) : value;
  const gain = part.maybe("loss_changes")?.floats(nodes) ?? new Float32Array(nodes);
  const cover = part.maybe("sum_hessian")?.floats(nodes) ?? new Float32Array(nodes);
  const vectors = new Float32Array(nodes * outputs);
  for (let node = 0; node < nodes; node++) {
    if (left[node] !== -1) continue;
    const row = own ? right[node]! : node;
    if (row < 0 || (row + 1) * outputs > rows.length) part.member("right_children").fail(`sends leaf ${node} to row ${row} of leaf_weights`);
    vectors.set(rows.subarray(row * outputs, (row + 1) * outputs), node * outputs);
    right[node] = -1;
    split[node] = 0;
    gain[node] = 0;
  }
  return { ...tree, vectors, gain, cover, value };
}
