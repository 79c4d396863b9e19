import { MangroveError } from "../../../errors.ts";
import type { Tree } from "../../forest.ts";
import { CATEGORICAL, DEFAULT_LEFT, MISSING_SHIFT } from "./splits.ts";

/** The lines of a tree behind `Tree=i`, with the blank line at their end; ASCII. */
export function writeTree(tree: Tree, number: number): string {
  const { left, right, categories, linear } = tree;
  const nodes = left.length;
  const inner = (nodes - 1) / 2;
  checkLayout(tree, number);
  const ofInner = (one: (node: number) => number | string) => Array.from({ length: inner }, (_, node) => one(node)).join(" ");
  const ofLeaves = (one: (node: number) => number | string) => Array.from({ length: inner + 1 }, (_, leaf) => one(inner + leaf)).join(" ");
  const child = (node: number) => (node < inner ? node : inner - 1 - node);
  const of = (node: number) => categories?.of[node] ?? -1;
  const decision = (node: number) => (of(node) < 0 ? 0 : CATEGORICAL) + (tree.defaultLeft[node] === 1 ? DEFAULT_LEFT : 0) + (tree.missing[node]! << MISSING_SHIFT);
  const lines = [
    `num_leaves=${inner + 1}`,
    `num_cat=${categories?.sets.length ?? 0}`,
    `split_feature=${ofInner((node) => tree.feature[node]!)}`,
    `split_gain=${ofInner((node) => text(tree.gain[node]!))}`,
    `threshold=${ofInner((node) => (of(node) < 0 ? text(tree.split[node]!) : of(node)))}`,
    `decision_type=${ofInner(decision)}`,
    `left_child=${ofInner((node) => child(left[node]!))}`,
    `right_child=${ofInner((node) => child(right[node]!))}`,
    `leaf_value=${ofLeaves((node) => text(tree.split[node]!))}`,
    `leaf_weight=${ofLeaves((node) => text(tree.cover[node]!))}`,
    `leaf_count=${ofLeaves((node) => text(tree.count?.[node] ?? 0))}`,
    `internal_value=${ofInner((node) => text(tree.value[node]!))}`,
    `internal_weight=${ofInner((node) => text(tree.cover[node]!))}`,
    `internal_count=${ofInner((node) => text(tree.count?.[node] ?? 0))}`,
  ];
  if (categories !== null && categories.sets.length > 0) {
    let boundary = 0;
    lines.push(`cat_boundaries=${[0, ...categories.sets.map((set) => (boundary += set.length))].join(" ")}`, `cat_threshold=${categories.sets.flatMap((set) => Array.from(set)).join(" ")}`);
  }
  lines.push(`is_linear=${linear === null ? 0 : 1}`);
  if (linear !== null) {
    // a space behind each number, and one behind each leaf
    const ofEachLeaf = (lists: readonly (ArrayLike<number> | null)[]) => lists.slice(inner).map((list) => `${Array.from(list!, (value) => `${text(value)} `).join("")} `).join("");
    lines.push(
      `leaf_const=${ofLeaves((node) => text(linear.constant[node]!))}`,
      `num_features=${ofLeaves((node) => linear.features[node]!.length)}`,
      `leaf_features=${ofEachLeaf(linear.features)}`,
      `leaf_coeff=${ofEachLeaf(linear.coefficients)}`,
    );
  }
  lines.push(`shrinkage=${text(tree.shrinkage)}`, "");
  return `${lines.join("\n")}\n`;
}

function checkLayout({ left, weight, vectors }: Tree, number: number): void {
  const inner = (left.length - 1) / 2;
  const refuse = (why: string): never => {
    throw new MangroveError("MGV_MODEL_CONVERT", `LightGBM's text cannot hold tree ${number}: ${why}.`);
  };
  if (vectors !== null) refuse("its leaves add to every output");
  if (weight !== 1) refuse(`its weight is ${weight}, not 1`);
  if (!left.every((child, node) => (child === -1) === node >= inner)) refuse("its inner nodes do not stand before its leaves");
}

/** The shortest text that reads back as the same f64. */
function text(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}
