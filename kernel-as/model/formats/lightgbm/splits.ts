import { Missing, type CategorySplits, type Tree } from "../../forest.ts";
import type { Block } from "./block.ts";
import { broken, unsupported } from "./lines.ts";

/*
 * Of decision_type, bit 0 says category split, bit 1 default left, bits 2 and 3 the missing type (microsoft/LightGBM
 * include/LightGBM/tree.h). A category split has the number of its set for a threshold.
 */

export const CATEGORICAL = 1;
export const DEFAULT_LEFT = 2;
export const MISSING_SHIFT = 2;

export const MOST_INT = 2 ** 31 - 1;

/** Reads features, thresholds, decisions and children of the inner nodes into `tree`. */
export function readSplits(block: Block, tree: Tree, options: { leaves: number; featureCount: number; categories: CategorySplits | null }): void {
  const { leaves, featureCount, categories } = options;
  const { numbers } = block;
  tree.feature.set(numbers.integers(block.must("split_feature"), leaves - 1, 0, featureCount - 1));
  tree.split.set(numbers.withoutNaN(block.must("threshold"), leaves - 1));
  readDecisions(block, tree, leaves - 1, categories);
  readChildren(block, tree, leaves);
}

/** Bit sets of categories, `cat_threshold` cut at `cat_boundaries`. */
export function readCategories(block: Block, nodes: number): CategorySplits | null {
  const { numbers } = block;
  const span = block.get("num_cat");
  const count = span === null ? 0 : numbers.integer(span, 0, MOST_INT - 1);
  if (count === 0) return null;
  const cuts = block.must("cat_boundaries");
  const boundaries = numbers.integers(cuts, count + 1, 0, MOST_INT);
  if (boundaries[0] !== 0) broken(cuts, "it does not begin with 0");
  for (let set = 0; set < count; set++) if (boundaries[set + 1]! < boundaries[set]!) broken(cuts, `it falls after number ${set + 1}`);
  const bits = Uint32Array.from(numbers.integers(block.must("cat_threshold"), boundaries[count]!, 0, 2 ** 32 - 1));
  const sets = Array.from({ length: count }, (_, set) => bits.slice(boundaries[set], boundaries[set + 1]));
  return { of: new Int32Array(nodes).fill(-1), sets };
}

function readDecisions(block: Block, tree: Tree, inner: number, categories: CategorySplits | null): void {
  const span = block.get("decision_type");
  const decisions = span === null ? new Float64Array(inner) : block.numbers.integers(span, inner, 0, 15);
  for (let node = 0; node < inner; node++) {
    const decision = decisions[node]!;
    const missing = decision >> MISSING_SHIFT;
    if (missing > Missing.nan) broken(span!, `${decision} has the missing type ${missing}`);
    tree.missing[node] = missing;
    tree.defaultLeft[node] = (decision & DEFAULT_LEFT) === 0 ? 0 : 1;
    if ((decision & CATEGORICAL) === 0) continue;
    if (block.get("num_cat") === null) unsupported(span!, "LightGBM before 2.0.5 split by single categories");
    const set = tree.split[node]!;
    const sets = categories?.sets.length ?? 0;
    if (!Number.isInteger(set) || set < 0 || set >= sets) broken(block.must("threshold"), `node ${node} splits by category set ${set} of ${sets}`);
    categories!.of[node] = set;
  }
  readZeros(block, tree, inner);
}

/** LightGBM before 2.0.5 read NaN and magnitudes up to 1e-15 as the `default_value` of the node; here, those that are read as 0 today. */
function readZeros(block: Block, tree: Tree, inner: number): void {
  const span = block.get("default_value");
  if (span === null) return;
  const values = block.numbers.withoutNaN(span, inner);
  for (let node = 0; node < inner; node++) {
    if (values[node] === 0) continue;
    tree.missing[node] = Missing.zero;
    tree.defaultLeft[node] = values[node]! <= tree.split[node]! ? 1 : 0;
  }
}

/** Children as `Tree` numbers them: ~leaf becomes inner + leaf. Every node but the root must have one parent, and stand below the root. */
function readChildren(block: Block, tree: Tree, leaves: number): void {
  const inner = leaves - 1;
  const hasParent = new Uint8Array(inner + leaves);
  for (const [key, children] of [["left_child", tree.left], ["right_child", tree.right]] as const) {
    const span = block.must(key);
    const list = block.numbers.integers(span, inner, -leaves, inner - 1);
    for (let node = 0; node < inner; node++) {
      const child = list[node]! < 0 ? inner - 1 - list[node]! : list[node]!;
      if (child === 0) broken(span, `the root is the child of node ${node}`);
      if (hasParent[child] === 1) broken(span, `${child < inner ? `node ${child}` : `leaf ${child - inner}`} has two parents`);
      hasParent[child] = 1;
      children[node] = child;
    }
  }
  // each has one parent, so what the root does not lead to goes round in rings
  const open = [0];
  let reached = 0;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    reached++;
    if (node < inner) open.push(tree.left[node]!, tree.right[node]!);
  }
  if (reached < inner + leaves) broken(block.must("left_child"), `the root leads to ${reached} of ${inner + leaves} nodes`);
}
