import { Random } from "../../engine/simulator/random.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Forest } from "../../kernel-as/host/forest.ts";
import type { Floats } from "../../kernel-as/model/forest.ts";
import { featureUses } from "../../kernel-as/model/importance.ts";
import { pickFeatures } from "../rows.ts";
import type { FeatureWeight } from "./report.ts";

export interface FeatureWeightOptions {
  /** Rows whose contributions are computed, at most (500). */
  readonly rows?: number;
  /** Features that keep their sample, those that contribute most (20). */
  readonly sampled?: number;
  /** Of the choice of rows (1). */
  readonly seed?: number;
}

/**
 * What each feature of a forest with one output weighs: in the loss that its splits gained, and in what it adds to the margins of some of these rows, which are row-major.
 */
export function featureWeights(forest: Forest, features: Float32Array, { rows: most = 500, sampled = 20, seed = 1 }: FeatureWeightOptions = {}): FeatureWeight[] {
  const width = forest.featureCount;
  const picked = someRows(features.length / width, most, seed);
  const chosen = pickFeatures(features, width, picked);
  const contributions = contributionsOf(forest, chosen);
  const uses = featureUses(forest.model);
  const gains = Array.from(uses.values()).reduce((sum, { gain }) => sum + gain, 0);
  const weights = forest.features.map((name, feature) => {
    const { gain = 0, splits = 0 } = uses.get(feature) ?? {};
    const contribution = contributions && picked.reduce((sum, _, i) => sum + Math.abs(contributions[i * (width + 1) + feature]!), 0) / Math.max(picked.length, 1);
    return { name, gain: gains > 0 ? gain / gains : 0, splits, contribution };
  });
  const heaviest = new Set(weights.filter(({ contribution }) => contribution).toSorted((a, b) => b.contribution! - a.contribution!).slice(0, sampled));
  const sampleOf = (feature: number) => Array.from(picked, (_, i) => ({ value: valueOf(chosen[i * width + feature]!), contribution: contributions![i * (width + 1) + feature]! }));
  return weights.map((weight, feature) => ({ ...weight, sample: heaviest.has(weight) ? sampleOf(feature) : [] }));
}

/** Null where the model cannot be explained: its file says nothing of the rows at its nodes, or leaves are linear. */
function contributionsOf(forest: Forest, rows: Float32Array): Floats | null {
  try {
    return forest.contributions(rows);
  } catch (thrown) {
    const { code } = MangroveError.from(thrown);
    if (code === "MGV_MODEL_COVER" || code === "MGV_MODEL_UNSUPPORTED") return null;
    throw thrown;
  }
}

function valueOf(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** Floyd's choice of some of all rows, in rising order. */
function someRows(rows: number, most: number, seed: number): Uint32Array {
  const random = new Random(seed).fork("rows to explain");
  const picked = new Set<number>();
  for (let last = Math.max(0, rows - most); last < rows; last++) {
    const row = random.integer(last + 1);
    picked.add(picked.has(row) ? last : row);
  }
  return Uint32Array.from(picked).sort();
}
