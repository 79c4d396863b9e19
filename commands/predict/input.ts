import type { Floats } from "../../kernel-as/model/forest.ts";

/** Some rows of the data, in their order. */
export interface InputBatch {
  /** Rows of the data, those without features too. */
  readonly rows: number;
  /** Which of the rows have features, rising; null: all have. */
  readonly kept: Uint32Array | null;
  /** [kept][features]; valid until the next batch. */
  readonly features: Floats;
}

/** Data in the terms of a model. */
export interface Input extends AsyncDisposable {
  /** A sentence for people: what is read, and how. */
  readonly description: string;
  /** How much of the data is read, 0…1; NaN where nobody knows its size. */
  readonly progress: number;
  batches(): AsyncGenerator<InputBatch>;
  /** What a user should know of the rows so far. */
  remarks(): string[];
}
