import type { Family, Floats, ForestModel, Tree } from "../forest.ts";
import { columnsOf, type Columns } from "./columns.ts";

/** Leaf numbers are bytes. */
export const MOST_LEAVES = 256;

/** Sums of a block of rows must stay in the second cache. */
export const MOST_OUTPUTS = 2048;

/** From here on a reference to a child is that of an operation, below it is a leaf number. */
export const OPERATION = 256;

/**
 * A tree for evaluation by max and and (assembly/interpret.ts): leaves numbered from left to right, inner nodes as operations in post-order. A tree
 * of one leaf has one operation, which always gives leaf 0.
 */
export interface PackedTree {
  readonly output: number;
  /** Leaf × weight by leaf number. */
  readonly values: Floats;
  /** By operation: the column; i, which rank > i compares with; children as leaf numbers, or OPERATION + index of an operation. */
  readonly column: Uint16Array;
  readonly index: Uint8Array;
  readonly left: Uint16Array;
  readonly right: Uint16Array;
}

export interface PackedForest {
  readonly columns: Columns;
  /** All of output 0 in order, then all of output 1, …: sums of different outputs do not meet. */
  readonly trees: readonly PackedTree[];
}

/** Null for a forest that must be walked: linear or vector leaves, more than 256 leaves in a tree, too many outputs or columns. */
export function pack(model: ForestModel): PackedForest | null {
  if (model.outputs > MOST_OUTPUTS) return null;
  if (model.trees.some(({ linear, vectors, left }) => linear !== null || vectors !== null || countLeaves(left) > MOST_LEAVES)) return null;
  const columns = columnsOf(model);
  if (columns === null) return null;
  const trees = model.trees.map((tree, number) => packTree(model.family, tree, number, columns));
  return { columns, trees: trees.sort((a, b) => a.output - b.output) };
}

function countLeaves(left: Int32Array): number {
  let count = 0;
  for (const child of left) if (child === -1) count++;
  return count;
}

function packTree(family: Family, tree: Tree, number: number, columns: Columns): PackedTree {
  const order = postOrder(tree);
  const inner = order.filter((node) => tree.left[node] !== -1);
  const operations = Math.max(inner.length, 1);
  const round = family === "xgboost" ? Math.fround : (x: number) => x;
  const packed = {
    output: tree.output,
    values: family === "xgboost" ? new Float32Array(inner.length + 1) : new Float64Array(inner.length + 1),
    column: new Uint16Array(operations),
    index: new Uint8Array(operations).fill(255),
    left: new Uint16Array(operations),
    right: new Uint16Array(operations).fill(1),
  };
  const reference = new Uint16Array(tree.left.length);
  let leaves = 0;
  let operation = 0;
  for (const node of order) {
    if (tree.left[node] === -1) {
      packed.values[leaves] = round(tree.split[node]! * tree.weight);
      reference[node] = leaves++;
      continue;
    }
    const { column, index } = columns.place(number, node);
    packed.column[operation] = column;
    packed.index[operation] = index;
    packed.left[operation] = reference[tree.left[node]!]!;
    packed.right[operation] = reference[tree.right[node]!]!;
    reference[node] = OPERATION + operation++;
  }
  return packed;
}

/** Nodes that a row can reach, left before right before parent. */
function postOrder({ left, right }: Tree): number[] {
  const order: number[] = [];
  const open = [0];
  // node, right, left from the back: the reverse of it is post-order
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    order.push(node);
    if (left[node] !== -1) open.push(left[node]!, right[node]!);
  }
  return order.reverse();
}
