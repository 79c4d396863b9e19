import type { Dataset } from "./dataset.ts";
import { hash } from "./split.ts";

/** One training row in this many is shown without its history: so the model also knows readings that come alone. */
const WITHOUT_HISTORY = 5;

/** Apart from what splits draw by the same row: their folds must not hold more of these rows than others. */
const DRAW = 0x5eed;

/** Makes all that looks back missing in some of the rows, the same ones for the same seed; `features` are those of the dataset's `rows`, one behind the other. */
export function showSomeAlone(features: Float32Array, dataset: Dataset, rows: Uint32Array, seed: number): void {
  rows.forEach((row, i) => {
    if (hash(row ^ hash(seed ^ DRAW)) % WITHOUT_HISTORY === 0) showAlone(features, dataset, i);
  });
}

/** Makes all that looks back missing in row `i` of these features. */
export function showAlone(features: Float32Array, { featureNames, pointFeatures }: Pick<Dataset, "featureNames" | "pointFeatures">, i: number): void {
  const width = featureNames.length;
  features.fill(NaN, i * width + pointFeatures, (i + 1) * width);
}
