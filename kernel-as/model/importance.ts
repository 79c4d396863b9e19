import { MangroveError } from "../errors.ts";
import type { Family, ForestModel, Tree } from "./forest.ts";

/** The kinds of importance that a family's library knows: XGBoost's `get_score`, LightGBM's `feature_importance`. */
export const importanceKinds = {
  xgboost: ["weight", "gain", "cover", "total_gain", "total_cover"],
  lightgbm: ["split", "gain"],
} as const satisfies Record<Family, readonly string[]>;

/**
 * `weight`, `split`: number of splits. `total_gain`, `total_cover`: sums over the splits of what they gained in loss, and of the hessians that came to them.
 * `gain`, `cover`: the same divided by the number of splits, for XGBoost; `gain` of LightGBM is the sum.
 */
export type ImportanceKind = (typeof importanceKinds)[Family][number];

/** What the trees do with one feature. */
export interface FeatureUse {
  readonly splits: number;
  readonly gain: number;
  readonly cover: number;
}

/**
 * Of each feature that a split asks, in sums of the family's arithmetic: f32 for XGBoost, f64 for LightGBM, whose splits count only where they gain
 * something. Linear in the size of the model.
 */
export function featureUses({ family, trees }: ForestModel): Map<number, FeatureUse> {
  const round = family === "xgboost" ? Math.fround : (x: number) => x;
  const uses = new Map<number, FeatureUse>();
  for (const tree of trees) {
    for (const node of innerNodes(family, tree)) {
      const gain = Math.fround(tree.gain[node]!);
      if (family === "lightgbm" && !(gain > 0)) continue;
      const feature = tree.feature[node]!;
      const use = uses.get(feature) ?? { splits: 0, gain: 0, cover: 0 };
      uses.set(feature, { splits: use.splits + 1, gain: round(use.gain + gain), cover: round(use.cover + tree.cover[node]!) });
    }
  }
  return uses;
}

/** Those that a row can reach, in the order in which the library adds them up. */
function innerNodes(family: Family, { left, right }: Tree): number[] {
  const nodes: number[] = [];
  const open = [0];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (left[node] === -1) continue;
    nodes.push(node);
    open.push(left[node]!, right[node]!);
  }
  return family === "xgboost" ? nodes : nodes.sort((a, b) => a - b);
}

/** Importance by feature, 0 for those that no split asks. Throws `MGV_ARGUMENT` for a kind of the other family. */
export function importance(model: ForestModel, kind: ImportanceKind): Float64Array {
  const kinds: readonly string[] = importanceKinds[model.family];
  if (!kinds.includes(kind)) throw new MangroveError("MGV_ARGUMENT", `There is no importance ${JSON.stringify(kind)} of this model; there are ${kinds.join(", ")}.`);
  const all = new Float64Array(model.featureCount);
  for (const [feature, use] of featureUses(model)) all[feature] = importanceOf(model.family, kind, use);
  return all;
}

/** Importance of one feature; 0 for one that no split asks. */
export function importanceOf(family: Family, kind: ImportanceKind, use: FeatureUse | undefined): number {
  if (use === undefined) return 0;
  const { splits, gain, cover } = use;
  switch (kind) {
    case "weight":
    case "split":
      return splits;
    case "gain":
      return family === "xgboost" ? Math.fround(gain / splits) : gain;
    case "cover":
      return Math.fround(cover / splits);
    case "total_gain":
      return gain;
    case "total_cover":
      return cover;
  }
}
