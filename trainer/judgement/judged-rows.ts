import type { Family } from "../../kernel-as/model/forest.ts";

/** Rows with predictions of models that had not seen them, in the order of their arrival. */
export interface JudgedRows {
  /** 0 or 1. */
  readonly labels: ArrayLike<number>;
  /** 0…1. */
  readonly probabilities: ArrayLike<number>;
  /** Of the model: its probabilities are compared with thresholds as the engine has them. Without one, as they are. */
  readonly family?: Family;
  /** Of each row the threshold that its own fold chose: from it on the row is called fire. */
  readonly thresholds: ArrayLike<number>;
  readonly recordings: ArrayLike<string>;
  /** Of each row what is drawn as a whole for intervals: see {@link witnessesOf}. */
  readonly witnesses: ArrayLike<number | string>;
  /** Probabilities of the same rows as single readings that nothing is known before. */
  readonly alone: ArrayLike<number> | null;
  /** The probabilities once they are calibrated; what the rows are called does not change with them. */
  readonly calibrated: ArrayLike<number> | null;
  readonly timeline: Timeline | null;
}

/** What alarms are counted by; all rows of a recording are of one sensor. */
interface Timeline {
  /** Event times, epoch ms. */
  readonly timesMs: ArrayLike<number>;
  /** Of each row the family of its recording: copies are one witness. */
  readonly families: ArrayLike<number>;
  readonly holdOffMs: number;
}
