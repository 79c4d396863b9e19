/** Numbers in the arithmetic of the family: f32 for XGBoost, f64 for LightGBM. */
export type Floats = Float32Array | Float64Array;

/** What LightGBM reads as zero: values of this magnitude and below (microsoft/LightGBM include/LightGBM/meta.h). */
export const LIGHTGBM_ZERO = Math.fround(1e-35);

/** What counts as a missing value at a numeric split, in the codes of LightGBM's `decision_type`. XGBoost has `nan` only. */
export const Missing = {
  /** Nothing: NaN is read as 0. */
  none: 0,
  /** NaN and what is read as {@link LIGHTGBM_ZERO}. */
  zero: 1,
  nan: 2,
} as const;

/** Splits by category. `of[node]` is an index into `sets`, or -1 for a numeric split. Bit c of a set: category c is in it. */
export interface CategorySplits {
  readonly of: Int32Array;
  readonly sets: readonly Uint32Array[];
}

/** Leaves that are linear functions: constant + Σ coefficient × feature; with a missing feature, the leaf's plain value. By node. */
export interface LinearLeaves {
  readonly constant: Float64Array;
  readonly features: readonly (Uint32Array | null)[];
  readonly coefficients: readonly (Float64Array | null)[];
}

/**
 * One tree as arrays by node, node 0 the root. XGBoost's trees keep the node numbers of their file; LightGBM's have inner
 * node i at i, and leaf j of L at L - 1 + j.
 *
 * A numeric split sends a row left when feature < split (XGBoost) or feature <= split (LightGBM), a missing value to its default side.
 * A category split sends a row whose category is in the set to the right (XGBoost) or to the left (LightGBM), any other number to
 * the other side; NaN goes to the default side (XGBoost) or to the right (LightGBM).
 */
export interface Tree {
  /** Index of the left child; -1 marks a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly feature: Uint32Array;
  /** The threshold of an inner node, the value of a leaf. Of a category split it means nothing. */
  readonly split: Floats;
  /** 1: a missing value goes left. */
  readonly defaultLeft: Uint8Array;
  /** One of {@link Missing} for each node. */
  readonly missing: Uint8Array;
  /** What the split gained in loss, 0 at leaves. */
  readonly gain: Floats;
  /** Sum of the hessians of the training rows that came here. */
  readonly cover: Floats;
  /** What the node would answer if it were a leaf: XGBoost's `base_weights`, LightGBM's `internal_value`. With vectors, [nodes][outputs]. */
  readonly value: Floats;
  /** Training rows that came here; null where the format does not say (XGBoost). */
  readonly count: Float64Array | null;
  readonly categories: CategorySplits | null;
  readonly linear: LinearLeaves | null;
  /** Leaves that add to every output: [nodes][outputs], zero at inner nodes. `split` of a leaf then means nothing. */
  readonly vectors: Float32Array | null;
  /** The output that this tree adds to. */
  readonly output: number;
  /** What the leaf is multiplied by before it is added (DART of XGBoost), 1 for all others. */
  readonly weight: number;
  /** The learning rate that the leaves already contain, for information. */
  readonly shrinkage: number;
}

/** Whose rules hold: how a split compares, how margins are summed, what the file looks like. */
export type Family = "xgboost" | "lightgbm";

/** The loss that the ensemble was trained for, under its own name in the family, with what the file says beside the name. */
export interface Objective {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * A trained ensemble as its file tells it. Margin of an output = base margin + for each tree of this output, in order, weight ×
 * leaf, every operation rounded in the family's arithmetic.
 */
export interface ForestModel {
  readonly family: Family;
  readonly objective: Objective;
  readonly featureCount: number;
  /** Names of the features in order; null where the file has none. Any character may occur. */
  readonly featureNames: readonly string[] | null;
  /** XGBoost's `float`, `int`, `i`, `q`, `c`; null where the file has none. */
  readonly featureTypes: readonly string[] | null;
  /** Margins a row. */
  readonly outputs: number;
  /** One number, or one for each output, in the space of predictions, as the file has it. Empty for LightGBM, which has none. */
  readonly baseScores: Float32Array;
  readonly trees: readonly Tree[];
  /** Trees of round r are those from roundStarts[r] to roundStarts[r + 1]. */
  readonly roundStarts: Uint32Array;
  /** LightGBM's random forests: predictions are of the sum divided by the number of rounds. */
  readonly averaged: boolean;
  /** Of each feature its categories in the order of their codes, null for a numeric one; null where the file does not say. */
  readonly categoryNames: readonly (readonly (string | number | boolean | null)[] | null)[] | null;
  /**
   * What the file says besides, kept to be written back: XGBoost's `learner.attributes`; LightGBM's header lines that are not above, and the
   * sections after its trees, by their names.
   */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Arrays for a tree of `nodes` nodes, all of them leaves of value 0. */
export function emptyTree(nodes: number, options: { family?: Family; output?: number; weight?: number; shrinkage?: number } = {}): Tree {
  const { family = "xgboost", output = 0, weight = 1, shrinkage = 1 } = options;
  const floats = () => (family === "xgboost" ? new Float32Array(nodes) : new Float64Array(nodes));
  return {
    left: new Int32Array(nodes).fill(-1),
    right: new Int32Array(nodes).fill(-1),
    feature: new Uint32Array(nodes),
    split: floats(),
    defaultLeft: new Uint8Array(nodes),
    missing: new Uint8Array(nodes).fill(Missing.nan),
    gain: floats(),
    cover: floats(),
    value: floats(),
    count: family === "xgboost" ? null : new Float64Array(nodes),
    categories: null,
    linear: null,
    vectors: null,
    output,
    weight,
    shrinkage,
  };
}

/** The most features without names that are given some: a file of a kilobyte may claim 2^28 of them, whose names no memory holds. */
export const MOST_MADE_NAMES = 2 ** 20;

/** A model of this project: one tree a round, binary logistic, no names. */
export function binaryForest(trees: readonly Tree[], featureCount: number, baseScore: number): ForestModel {
  return {
    family: "xgboost",
    objective: { name: "binary:logistic", parameters: { reg_loss_param: { scale_pos_weight: "1" } } },
    featureCount,
    featureNames: null,
    featureTypes: null,
    outputs: 1,
    baseScores: Float32Array.of(baseScore),
    trees,
    roundStarts: Uint32Array.from({ length: trees.length + 1 }, (_, round) => round),
    averaged: false,
    categoryNames: null,
    attributes: {},
  };
}

/** The number by which users know a leaf: XGBoost's node number, LightGBM's leaf number. */
export function leafNumber(family: Family, tree: Tree, node: number): number {
  return family === "xgboost" ? node : node - (tree.left.length - 1) / 2;
}
