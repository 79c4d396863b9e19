import { featureNamesOf } from "../../kernel-as/model/card.ts";
import { Missing, type ForestModel, type Tree } from "../../kernel-as/model/forest.ts";
import { featureUses, importanceKinds, importanceOf, type ImportanceKind } from "../../kernel-as/model/importance.ts";
import { predictionsPerRow } from "../../kernel-as/model/objective.ts";
import { MOST_LEAVES, MOST_OUTPUTS, pack } from "../../kernel-as/model/pack/packed-tree.ts";
import type { ModelFile } from "./file.ts";

const missingNames = ["none", "zero", "nan"] as const;

/** One feature of a model, and what the trees do with it. */
export interface FeatureSummary {
  readonly index: number;
  /** The file's own name, else the card's, else `f0`, `f1`, … */
  readonly name: string;
  /** XGBoost's `float`, `int`, `i`, `q` or `c`, where the file says. */
  readonly type: string | null;
  /** The categories by their codes; null for a number, and where the file does not say. */
  readonly categories: readonly (string | number | boolean | null)[] | null;
  readonly splits: number;
  /** Sum of the gains of its splits, in the units of the file. */
  readonly gain: number;
  /** Of every kind that the model's library knows. */
  readonly importance: Readonly<Partial<Record<ImportanceKind, number>>>;
}

/** What there is to know of a model without its training data. */
export interface ModelSummary {
  readonly rounds: number;
  /** Rounds up to the best iteration that early stopping noted; null where it noted none. */
  readonly bestRounds: number | null;
  readonly leaves: { readonly min: number; readonly median: number; readonly max: number; readonly total: number };
  /** Splits between the root and the leaf that is farthest from it. */
  readonly depth: number;
  /** Predictions a row. */
  readonly predictions: number;
  /** What counts as missing at numeric splits: `nan`, `zero` (NaN and 0), `none` (NaN is read as 0). */
  readonly missing: readonly (typeof missingNames)[number][];
  readonly categoricalSplits: number;
  readonly linear: boolean;
  readonly vectorLeaves: boolean;
  readonly dart: boolean;
  readonly averaged: boolean;
  /** Null when byte ranks score many rows; else why the walk must. */
  readonly walkedBecause: string | null;
  readonly namedBy: "file" | "card" | null;
  /** By index. Where nothing names them, only those that a split asks: a file may claim any number of features. */
  readonly features: readonly FeatureSummary[];
}

/** Linear in the size of the model. */
export function summarize({ model }: Pick<ModelFile, "model">): ModelSummary {
  const { family, trees, featureNames, featureTypes, categoryNames, attributes } = model;
  const uses = featureUses(model);
  const used = new Map<number, { splits: number; gain: number }>();
  const missing = new Set<number>();
  let categoricalSplits = 0;
  const shapes = trees.map((tree) =>
    walk(tree, (node) => {
      const feature = tree.feature[node]!;
      const { splits, gain } = used.get(feature) ?? { splits: 0, gain: 0 };
      used.set(feature, { splits: splits + 1, gain: gain + tree.gain[node]! });
      if ((tree.categories?.of[node] ?? -1) >= 0) categoricalSplits++;
      else missing.add(tree.missing[node]!);
    }),
  );
  const leaves = shapes.map((shape) => shape.leaves).sort((a, b) => a - b);
  const names = featureNamesOf(model);
  const indexes = names ? [...names.keys()] : [...used.keys()].sort((a, b) => a - b);
  const best = Number(attributes["best_iteration"] ?? NaN) + 1;
  return {
    rounds: model.roundStarts.length - 1,
    bestRounds: Number.isInteger(best) ? best : null,
    leaves: { min: leaves[0] ?? 0, median: leaves[leaves.length >> 1] ?? 0, max: leaves.at(-1) ?? 0, total: leaves.reduce((sum, count) => sum + count, 0) },
    depth: shapes.reduce((deepest, { depth }) => Math.max(deepest, depth), 0),
    predictions: predictionsPerRow(model),
    missing: [Missing.nan, Missing.zero, Missing.none].filter((kind) => missing.has(kind)).map((kind) => missingNames[kind]),
    categoricalSplits,
    linear: trees.some(({ linear }) => linear !== null),
    vectorLeaves: trees.some(({ vectors }) => vectors !== null),
    dart: trees.some(({ weight }) => weight !== 1),
    averaged: model.averaged,
    walkedBecause: walkedBecause(model, leaves.at(-1) ?? 0),
    namedBy: featureNames ? "file" : names ? "card" : null,
    features: indexes.map((index) => ({
      index,
      name: names?.[index] ?? `f${index}`,
      type: featureTypes?.[index] ?? null,
      categories: categoryNames?.[index] ?? null,
      ...(used.get(index) ?? { splits: 0, gain: 0 }),
      importance: Object.fromEntries(importanceKinds[family].map((kind) => [kind, importanceOf(family, kind, uses.get(index))])),
    })),
  };
}

function walkedBecause(model: ForestModel, mostLeaves: number): string | null {
  if (pack(model) !== null) return null;
  if (model.trees.some(({ linear }) => linear !== null)) return "its leaves are linear functions";
  if (model.trees.some(({ vectors }) => vectors !== null)) return "its leaves add to every output";
  if (model.outputs > MOST_OUTPUTS) return `it has ${model.outputs} outputs, and ${MOST_OUTPUTS} are the most`;
  if (mostLeaves > MOST_LEAVES) return `a tree has ${mostLeaves} leaves, and ${MOST_LEAVES} are the most`;
  return "it asks for more different thresholds or sets of categories than byte columns can hold";
}

/** Visits every inner node that a row can reach. */
function walk({ left, right }: Tree, visit: (node: number) => void): { leaves: number; depth: number } {
  const depths = new Uint32Array(left.length);
  let leaves = 0;
  let depth = 0;
  const open = [0];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (left[node] === -1) {
      leaves++;
      depth = Math.max(depth, depths[node]!);
      continue;
    }
    visit(node);
    depths[left[node]!] = depths[right[node]!] = depths[node]! + 1;
    open.push(left[node]!, right[node]!);
  }
  return { leaves, depth };
}
