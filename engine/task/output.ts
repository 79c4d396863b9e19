import type { Floats } from "../../kernel-as/model/forest.ts";
import type { Batch, DeadLetter } from "../batch.ts";
import type { EncodedRecords, Names } from "../../kernel-as/host/encoder.ts";
import type { Alert } from "./alerts.ts";
import type { JournalEntry } from "./journal.ts";

/** Predictions for rows, in their order. */
export interface Scores {
  readonly modelVersion: string;
  /** What the model was trained on, for people. */
  readonly trainedOn: string;
  readonly threshold: number;
  readonly margins: Floats;
  readonly probabilities: Floats;
  /** 1 is fire. */
  readonly predictions: Uint8Array;
  /** Places in `alertLevels`. */
  readonly levels: Uint8Array;
}

/** A row for a topic. */
export interface WrittenRow {
  readonly topic: string;
  readonly sensor: string;
  readonly timeMs: number;
  /** Of a window where it begins, else null. */
  readonly startMs: number | null;
  /** By field; NaN is missing. */
  readonly values: Readonly<Record<string, number>>;
}

/** Record `i` is of sensor `sensors[i]`. */
export interface EncodedPredictions extends EncodedRecords {
  readonly sensors: Uint32Array;
  readonly names: Names;
}

/** All that one batch of records gave. */
export interface TaskOutput {
  readonly batch: Batch;
  /** 1 where the reading was late. */
  readonly late: Uint8Array;
  /** Null when scoring is switched off, or nothing scored is written. */
  readonly scores: Scores | null;
  /** The readings that `scores` are of, rising; null: all of the batch. */
  readonly scored: ArrayLike<number> | null;
  /**
   * The records of `scores` as lines of JSON, written by the kernel: bytes that are good until the kernel runs again. Null where they go to no topic, and where not all of the batch was scored: `outputRecords`
   * writes those.
   */
  readonly encodePredictions: (() => EncodedPredictions) | null;
  readonly alerts: readonly Alert[];
  /** In the order of the readings that caused them. */
  readonly rows: readonly WrittenRow[];
  /** Readings that came after all windows of a step had gone. */
  readonly lateForWindows: number;
  readonly deadLetters: readonly DeadLetter[];
  /** What, beside the records, this output came of: to be kept in the same commit, and given to `replay`. */
  readonly journal: readonly JournalEntry[];
}
