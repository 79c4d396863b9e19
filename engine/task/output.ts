import type { Floats } from "../../kernel-as/model/forest.ts";
import type { Batch, DeadLetter } from "../batch.ts";
import type { Alert, AlertLevel } from "./alerts.ts";

/** Predictions for all readings of a batch, in their order. */
export interface Scores {
  readonly modelVersion: string;
  /** What the model was trained on, for people. */
  readonly trainedOn: string;
  readonly threshold: number;
  readonly margins: Floats;
  readonly probabilities: Floats;
  /** 1 is fire. */
  readonly predictions: Uint8Array;
  readonly levels: readonly AlertLevel[];
}

/** All that one batch of records gave. */
export interface TaskOutput {
  readonly batch: Batch;
  /** 1 where the reading was late. */
  readonly late: Uint8Array;
  /** Null when scoring is switched off. */
  readonly scores: Scores | null;
  readonly alerts: readonly Alert[];
  readonly deadLetters: readonly DeadLetter[];
}
