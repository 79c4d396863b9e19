import type { Dataset } from "./dataset.ts";
import { hash } from "./split.ts";

/** One training row in this many is shown without its window: so the model also knows readings that come alone. */
const WITHOUT_HISTORY = 8;

/** Makes the trailing features of some of the rows missing, always the same ones; `features` are those of the dataset's `rows`, one behind the other. */
export function showSomeAlone(features: Float32Array, { featureNames, pointFeatures }: Dataset, rows: Uint32Array): void {
  const width = featureNames.length;
  rows.forEach((row, i) => {
    if (hash(row) % WITHOUT_HISTORY === 1) features.fill(NaN, i * width + pointFeatures, (i + 1) * width);
  });
}
