import type { Dataset } from "./dataset.ts";
import type { Fold } from "./split.ts";

/** A fold whose training part is split once more. */
export interface NestedFold extends Fold {
  /** Folds of `train` alone: every choice, be it of parameters, threshold or calibration, is made by these, so that `test` judges the choice too. */
  readonly inner: readonly Fold[];
}

interface Folds {
  readonly folds: readonly Fold[];
}

/** Splits the training part of each fold again, as if there were no other rows. Rows are numbered as in the whole dataset. */
export function nested(dataset: Dataset, outer: Folds, inner: (train: Dataset) => Folds): NestedFold[] {
  return outer.folds.map(({ train, test }) => {
    const ofWhole = (rows: Uint32Array) => rows.map((row) => train[row]!);
    const { folds } = inner(partOf(dataset, train));
    return { train, test, inner: folds.map((each) => ({ train: ofWhole(each.train), test: ofWhole(each.test) })) };
  });
}

/** Some rows of a dataset as a dataset, with those recordings only that they belong to. */
export function partOf(dataset: Dataset, rows: Uint32Array): Dataset {
  const { featureNames, features, labels, timesMs, recordingOf, recordings } = dataset;
  const width = featureNames.length;
  const picked = new Float32Array(rows.length * width);
  rows.forEach((row, i) => picked.set(features.subarray(row * width, (row + 1) * width), i * width));
  const kept = [...new Set(rows.values().map((row) => recordingOf[row]!))].sort((a, b) => a - b);
  return {
    ...dataset,
    rows: rows.length,
    features: picked,
    labels: Float32Array.from(rows, (row) => labels[row]!),
    timesMs: Float64Array.from(rows, (row) => timesMs[row]!),
    recordingOf: Int32Array.from(rows, (row) => kept.indexOf(recordingOf[row]!)),
    recordings: kept.map((recording) => recordings[recording]!),
  };
}
