/** What stood behind an alert when it was raised. */
export interface Evidence {
  readonly alertId: string;
  /** Of the reading, one for each field of the schema; NaN is missing. */
  readonly values: Float64Array;
  /** What the model read of it; null where no model scored it. */
  readonly scored: ScoredReading | null;
}

export interface ScoredReading {
  /** Names the model as the journal does. */
  readonly modelId: string;
  /** The model that is tried scored it, in place of the one in use. */
  readonly isTrial: boolean;
  readonly features: Float32Array;
  /** Of how many readings of the sensor they were computed, itself included. */
  readonly readings: number;
}
