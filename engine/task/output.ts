import type { Floats } from "../../kernel-as/model/forest.ts";
import type { Batch, DeadLetter } from "../batch.ts";
import type { EncodedRecords, Names } from "../../kernel-as/host/encoder.ts";
import type { Alert } from "./alerts.ts";
import type { Evidence } from "./evidence.ts";
import type { JournalEntry } from "./journal.ts";

/** A model that scored rows. */
interface ScoredBy {
  readonly modelVersion: string;
  /** What the model was trained on, for people. */
  readonly trainedOn: string;
  readonly threshold: number;
}

/** Predictions for rows, in their order. */
export interface Scores {
  /** The model in use; and where sensors are split, the one that is tried. */
  readonly models: readonly [ScoredBy] | readonly [ScoredBy, ScoredBy];
  /** The place in `models` of the one that scored the row; null: the first did all. */
  readonly arms: Uint8Array | null;
  readonly margins: Floats;
  readonly probabilities: Floats;
  /** 1 is fire. */
  readonly predictions: Uint8Array;
  /** Places in `alertLevels`. */
  readonly levels: Uint8Array;
}

/** The model that scored row `i` of the scores. */
export function scoredBy({ models, arms }: Scores, i: number): ScoredBy {
  return models[arms?.[i] ?? 0]!;
}

/** A model that is tried, beside the one in use, over the same readings. */
export interface TrialCounts {
  readonly version: string;
  readings: number;
  /** Readings that one of them takes for the event, and the other does not. */
  disagreements: number;
  /** What people would be told by each: one for each event of a sensor. */
  championAlerts: number;
  challengerAlerts: number;
}

export function emptyTrial(version: string): TrialCounts {
  return { version, readings: 0, disagreements: 0, championAlerts: 0, challengerAlerts: 0 };
}

/** A row for a topic. */
export interface WrittenRow {
  readonly topic: string;
  readonly sensor: string;
  readonly timeMs: number;
  /** Of a window where it begins, else null. */
  readonly startMs: number | null;
  /** Of the reading that it came of; NaN: of none, but of the clock. */
  readonly offset: number;
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
  /** Null where no model is tried. It is no output: a task that folds again counts again. */
  readonly trial: TrialCounts | null;
  readonly alerts: readonly Alert[];
  /** What stood behind the alerts. It is no output: what is folded again has none. Absent where there is no alert. */
  readonly evidence?: readonly Evidence[];
  /** In the order of the readings that caused them. */
  readonly rows: readonly WrittenRow[];
  /** Readings that came after all windows of a step had gone. */
  readonly lateForWindows: number;
  readonly deadLetters: readonly DeadLetter[];
  /** What, beside the records, this output came of: to be kept in the same commit, and given to `replay`. */
  readonly journal: readonly JournalEntry[];
}
