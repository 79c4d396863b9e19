import { emptyTree, type LinearLeaves, type Tree } from "../../forest.ts";
import { Block } from "./block.ts";
import type { Lines } from "./lines.ts";
import type { NumberReader } from "./numbers.ts";
import { MOST_INT, readCategories, readSplits } from "./splits.ts";

/**
 * Reads the block (microsoft/LightGBM src/io/tree.cpp) whose `Tree=` line the walk stands at, and leaves the walk behind it. Inner
 * node i comes to stand at i, leaf j of L at L - 1 + j. Throws `MGV_MODEL_FORMAT` unless the nodes are one tree.
 */
export function readTree(lines: Lines, numbers: NumberReader, options: { output: number; featureCount: number }): Tree {
  const { output, featureCount } = options;
  const block = new Block(lines, numbers);
  const leaves = numbers.integer(block.must("num_leaves"), 1, MOST_INT);
  const values = numbers.withoutNaN(block.must("leaf_value"), leaves);
  const inner = leaves - 1;
  const shrinkage = block.get("shrinkage");
  const tree = emptyTree(inner + leaves, { family: "lightgbm", output, shrinkage: shrinkage === null ? 1 : numbers.list(shrinkage, 1)[0]! });
  tree.split.set(values, inner);
  tree.value.set(values, inner);
  block.into("internal_value", tree.value, 0, inner);
  block.into("split_gain", tree.gain, 0, inner);
  block.into("internal_weight", tree.cover, 0, inner);
  block.into("leaf_weight", tree.cover, inner, leaves);
  block.into("internal_count", tree.count!, 0, inner);
  block.into("leaf_count", tree.count!, inner, leaves);
  const categories = readCategories(block, inner + leaves);
  readSplits(block, tree, { leaves, featureCount, categories });
  return { ...tree, categories, linear: readLinear(block, leaves, featureCount) };
}

function readLinear(block: Block, leaves: number, featureCount: number): LinearLeaves | null {
  const { numbers } = block;
  const span = block.get("is_linear");
  if (span === null || numbers.integer(span, 0, 1) === 0) return null;
  const inner = leaves - 1;
  const constant = new Float64Array(inner + leaves);
  constant.set(numbers.withoutNaN(block.must("leaf_const"), leaves), inner);
  const counts = numbers.integers(block.must("num_features"), leaves, 0, MOST_INT);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const features = numbers.integers(block.must("leaf_features"), total, 0, featureCount - 1);
  const coefficients = numbers.withoutNaN(block.must("leaf_coeff"), total);
  let at = 0;
  const parts = Array.from(counts, (count) => [at, (at += count)] as const);
  const ofInner = new Array<null>(inner).fill(null);
  return {
    constant,
    features: [...ofInner, ...parts.map(([from, to]) => Uint32Array.from(features.subarray(from, to)))],
    coefficients: [...ofInner, ...parts.map(([from, to]) => coefficients.slice(from, to))],
  };
}
