import { readTrailingName } from "../engine/features/trailing-kinds.ts";
import type { Dataset } from "./dataset.ts";
import { hash } from "./split.ts";

/** One training row in this many is shown without its history: so the model also knows readings that come alone. */
export const WITHOUT_HISTORY = 5;

/** Apart from what splits draw by the same row: their folds must not hold more of these rows than others. */
const DRAW = 0x5eed;

/** How a dataset's features stand in its rows. */
export type Columns = Pick<Dataset, "featureNames" | "fieldFeatures" | "pointFeatures">;

export interface LearningOptions {
  /** Draws the rows that are shown without history. */
  readonly seed: number;
  /** The model is to judge rooms that no row is of. */
  readonly forNewRooms?: boolean;
}

/**
 * Makes features, those of the dataset's `rows` one behind the other, what a model learns: all that looks back is missing in some of the rows, the same ones for the same seed. For new rooms the values of the reading itself
 * are missing too, and so never split by, where they are told of readings that are alone (`alone` of docs/features.md): how high they are is that of the rooms learned from and of their devices.
 */
export function asLearned(features: Float32Array, dataset: Columns, rows: Uint32Array, { seed, forNewRooms = false }: LearningOptions): void {
  const isDrawn = (row: number) => hash(row ^ hash(seed ^ DRAW)) % WITHOUT_HISTORY === 0;
  showAlone(features, dataset, [...rows.keys()].filter((i) => isDrawn(rows[i]!)));
  if (forNewRooms && aloneAt(dataset) !== null) hidePoints(features, dataset);
}

function hidePoints(features: Float32Array, { featureNames, pointFeatures }: Columns): void {
  for (let at = 0; at < features.length; at += featureNames.length) features.fill(NaN, at, at + pointFeatures);
}

/** Makes rows of these features, by their places, such as come alone: all that looks back is missing, but for what is told of such a reading. */
export function showAlone(features: Float32Array, columns: Columns, places: Iterable<number>): void {
  const { featureNames, fieldFeatures, pointFeatures } = columns;
  const alone = aloneAt(columns);
  for (const place of places) {
    const at = place * featureNames.length;
    features.fill(NaN, at + pointFeatures, at + featureNames.length);
    if (alone !== null) features.copyWithin(at + alone, at, at + fieldFeatures);
  }
}

/** Where the fields of readings that are alone stand: last of all; null where they do not. */
function aloneAt({ featureNames, fieldFeatures }: Columns): number | null {
  const last = readTrailingName(featureNames.at(-1) ?? "", featureNames);
  return last?.kind === "alone" ? featureNames.length - fieldFeatures : null;
}
