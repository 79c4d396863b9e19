import type { Floats, Tree } from "../../forest.ts";

/**
 * The tree numbered so that each right child follows its left sibling, where XGBoost looks for it whatever the file says (src/predictor/
 * predict_fn.h): itself if it is so already, or else numbered level by level, with what the root does not lead to at the end.
 */
export function withAdjacentSiblings(tree: Tree): Tree {
  const { left, right } = tree;
  if (left.every((child, node) => child === -1 || right[node] === child + 1)) return tree;
  const order = fromRootDown(tree);
  const numbers = new Int32Array(order.length);
  order.forEach((node, number) => (numbers[node] = number));
  const renumbered = (children: Int32Array) => Int32Array.from(order, (node) => (left[node] === -1 ? -1 : numbers[children[node]!]!));
  return {
    ...tree,
    left: renumbered(left),
    right: renumbered(right),
    feature: Uint32Array.from(order, (node) => tree.feature[node]!),
    split: reordered(tree.split, order),
    defaultLeft: Uint8Array.from(order, (node) => tree.defaultLeft[node]!),
    missing: Uint8Array.from(order, (node) => tree.missing[node]!),
    gain: reordered(tree.gain, order),
    cover: reordered(tree.cover, order),
    value: reordered(tree.value, order),
    categories: tree.categories && { ...tree.categories, of: Int32Array.from(order, (node) => tree.categories!.of[node]!) },
    vectors: tree.vectors && Float32Array.from(reordered(tree.vectors, order)),
  };
}

function fromRootDown({ left, right }: Tree): number[] {
  const order = [0];
  for (const node of order) if (left[node] !== -1) order.push(left[node]!, right[node]!);
  const reached = new Set(order);
  for (const node of left.keys()) if (!reached.has(node)) order.push(node);
  return order;
}

/** Rows of as many numbers as there are for each node. */
function reordered(values: Floats, order: readonly number[]): Floats {
  const size = values.length / order.length;
  const out = values.slice();
  order.forEach((node, number) => out.set(values.subarray(node * size, (node + 1) * size), number * size));
  return out;
}
