import { MangroveError } from "../errors.ts";
import type { Floats, ForestModel, Tree } from "./forest.ts";

/** An inner node as contributions need it. Shares are of the training rows. */
interface ExplainedNode {
  /** Its number in the tree. */
  readonly node: number;
  readonly feature: number;
  /** Where its parent is in the list; the root's own place for the root. */
  readonly parent: number;
  /** Where the nearest node above on the same feature is in the list, and which side of it the path takes; null: none. */
  readonly same: { readonly place: number; readonly right: boolean } | null;
  /** Of all rows, those that pass the splits of the path on this feature; 1 without such. */
  readonly above: number;
  /** Of the rows that come here, those that go left, and right. */
  readonly shares: [number, number];
  /** Places of the children in the list; 0 for a leaf. */
  readonly children: [number, number];
  /** Values of the children that are leaves, × the tree's weight. */
  readonly leaves: [number, number];
}

export interface ExplainedTree {
  /** Inner nodes, parents before children. */
  readonly nodes: readonly ExplainedNode[];
  /** The mean of the leaves, weighted by the training rows that came there. */
  readonly expected: number;
  /** The most different features on the way to one leaf. */
  readonly longest: number;
}

/** The last split on a feature, on the path that is walked. */
interface Edge {
  readonly feature: number;
  readonly place: number;
  readonly right: boolean;
  readonly above: number;
  readonly before: Edge | undefined;
}

/** Of a tree of {@link explainable}; linear in its nodes. */
export function explainedTree(tree: Tree): ExplainedTree {
  const covers = coversOf(tree);
  const nodes: ExplainedNode[] = [];
  const path: Edge[] = [];
  const latest = new Map<number, Edge>();
  let expected = 0;
  let longest = 0;
  const open = [{ node: 0, depth: 0, parent: 0, right: false, share: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth, parent, right, share } = next;
    while (path.length >= Math.max(depth, 1)) forget(latest, path.pop()!);
    if (depth > 0) path.push(follow(latest, nodes[parent]!, parent, right));
    if (tree.left[node] === -1) {
      const value = tree.split[node]! * tree.weight;
      expected += share * value;
      longest = Math.max(longest, latest.size);
      if (depth > 0) nodes[parent]!.leaves[Number(right)] = value;
      continue;
    }
    const place = nodes.length;
    const feature = tree.feature[node]!;
    const same = latest.get(feature);
    const shares: [number, number] = [covers[tree.left[node]!]! / covers[node]!, covers[tree.right[node]!]! / covers[node]!];
    nodes.push({ node, feature, parent, same: same ? { place: same.place, right: same.right } : null, above: same?.above ?? 1, shares, children: [0, 0], leaves: [0, 0] });
    if (depth > 0) nodes[parent]!.children[Number(right)] = place;
    open.push({ node: tree.right[node]!, depth: depth + 1, parent: place, right: true, share: share * shares[1] });
    open.push({ node: tree.left[node]!, depth: depth + 1, parent: place, right: false, share: share * shares[0] });
  }
  return { nodes, expected, longest };
}

function follow(latest: Map<number, Edge>, { feature, above, shares }: ExplainedNode, place: number, right: boolean): Edge {
  const edge = { feature, place, right, above: above * shares[Number(right)]!, before: latest.get(feature) };
  latest.set(feature, edge);
  return edge;
}

function forget(latest: Map<number, Edge>, { feature, before }: Edge): void {
  if (before) latest.set(feature, before);
  else latest.delete(feature);
}

/**
 * The forest as it can be explained: a tree for each output in place of a tree whose leaves are vectors. Throws `MGV_MODEL_COVER` unless the file says how many training rows
 * came to each node, `MGV_MODEL_UNSUPPORTED` for linear leaves, of which LightGBM does not compute contributions either.
 */
export function explainable(model: ForestModel): ForestModel {
  if (model.trees.some(({ linear }) => linear !== null)) {
    throw new MangroveError("MGV_MODEL_UNSUPPORTED", "Contributions of linear leaves are not defined: LightGBM refuses them too. Train without linear_tree.");
  }
  model.trees.forEach(checkCovers);
  return { ...model, trees: model.trees.flatMap((tree) => (tree.vectors === null ? tree : treesOf(tree, tree.vectors, model.outputs))) };
}

function checkCovers(tree: Tree, number: number): void {
  const { left, right, count } = tree;
  const covers = coversOf(tree);
  const open = [0];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (left[node] === -1) continue;
    const [here, toLeft, toRight] = [covers[node]!, covers[left[node]!]!, covers[right[node]!]!];
    if (!(here > 0 && toLeft >= 0 && toRight >= 0 && here + toLeft + toRight < Infinity)) {
      const what = count ? "the number of training rows (internal_count, leaf_count)" : "the sum of hessians (sum_hessian)";
      throw new MangroveError("MGV_MODEL_COVER", `Contributions are weighted by ${what} of each node, and tree ${number} has ${here} at node ${node}, ${toLeft} and ${toRight} below it. Save the model by the library that trained it.`);
    }
    open.push(left[node]!, right[node]!);
  }
}

/** LightGBM weights by counts, XGBoost by hessians. */
function coversOf({ count, cover }: Tree): Floats {
  return count ?? cover;
}

function treesOf(tree: Tree, vectors: Float32Array, outputs: number): Tree[] {
  return Array.from({ length: outputs }, (_, output) => {
    const split = Float32Array.from(tree.split, (cut, node) => (tree.left[node] === -1 ? vectors[node * outputs + output]! : cut));
    return { ...tree, vectors: null, split, output };
  });
}
