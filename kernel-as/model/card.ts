import type { TrainingParameters } from "./training.ts";

/** Scores of predictions on rows that the model in question had not seen. */
export interface Metrics {
  readonly rows: number;
  readonly positives: number;
  readonly accuracy: number;
  /** Null where it has no meaning: no positive predicted, or one class only. JSON has no NaN. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly auc: number | null;
  readonly logloss: number;
}

/** One way of holding rows back, what its figures mean, and the figures. */
export interface SplitReport {
  readonly name: "random" | "blocks" | "recordings";
  readonly title: string;
  readonly meaning: string;
  /** Null when the data cannot be split in this way; `meaning` then says why. */
  readonly metrics: Metrics | null;
}

export type TrainedOn =
  | { readonly kind: "simulated"; readonly sensors: number; readonly rateHz: number; readonly seconds: number; readonly seed: number }
  | { readonly kind: "file"; readonly name: string; readonly sha256: string };

/**
 * What a model file says of itself beside its trees. Kept as JSON in one XGBoost attribute, so XGBoost reads and keeps
 * it. No clock: the same data and parameters give the same card.
 */
export interface ModelCard {
  readonly pipeline: string;
  /** Names of the model's columns, in order. */
  readonly features: readonly string[];
  /** Probabilities from here on are fire. */
  readonly threshold: number;
  readonly trainedOn: TrainedOn;
  readonly rows: number;
  readonly positives: number;
  readonly parameters: TrainingParameters;
  readonly splits: readonly SplitReport[];
}

/** `simulated`, or the file's name and the first digits of its hash. */
export function describeTrainedOn(trainedOn: TrainedOn): string {
  return trainedOn.kind === "simulated" ? "simulated" : `${trainedOn.name} (sha256 ${trainedOn.sha256.slice(0, 12)})`;
}
