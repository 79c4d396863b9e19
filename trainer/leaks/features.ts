import type { Dataset } from "../dataset.ts";
import { Ranking } from "../ranking.ts";
import { hash } from "../split.ts";

/** A single feature that ranks the label by itself, up or down. */
export interface TellingFeature {
  readonly feature: number;
  readonly auc: number;
}

/** Above this a feature needs no model. */
const TELLING_AUC = 0.99;

/** Where a feature is missing more often, it is not judged. */
const LEAST_PRESENT = 0.5;

/** Rows that are looked at, by chance, and the same ones every time. */
const LOOKED_AT = 1 << 15;

/** O(rows), with {@link LOOKED_AT} rows sorted for each feature. */
export function tellingFeatures({ featureNames, features, labels, rows }: Dataset): TellingFeature[] {
  const width = featureNames.length;
  const every = Math.ceil(rows / LOOKED_AT);
  const all = Array.from(labels.keys()).filter((row) => hash(row) % every === 0);
  return Array.from(featureNames.keys()).flatMap((feature) => {
    const present = all.filter((row) => !Number.isNaN(features[row * width + feature]!));
    if (present.length < LEAST_PRESENT * all.length) return [];
    const { auc } = new Ranking(
      present.map((row) => labels[row]!),
      Float32Array.from(present, (row) => features[row * width + feature]!),
    ).areas();
    const either = auc === null ? 0 : Math.max(auc, 1 - auc);
    return either > TELLING_AUC ? [{ feature, auc: either }] : [];
  });
}
