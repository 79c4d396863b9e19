import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import type { Forest } from "../../kernel-as/host/forest.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import type { Schema } from "../../kernel-as/schema.ts";
import type { Dataset } from "../../trainer/dataset.ts";
import type { TrainedOnReadings } from "../../trainer/readings-hash.ts";
import type { ModelFile } from "../model/file.ts";
import type { OpenTable } from "../predict/open-table.ts";

/** Labelled rows, and what a model says of each. */
export interface ScoredRows {
  readonly dataset: Dataset;
  /** Null for rows that are not readings. */
  readonly readings: TrainedOnReadings | null;
  readonly probabilities: ArrayLike<number>;
  /** Why alarms cannot be counted, in a sentence; null where every row tells its time. */
  readonly untimed: string | null;
  /** How the label, the time and the sensor are called in the data. */
  readonly schema: Schema;
  /** What a user should know of the rows. */
  readonly remarks: readonly string[];
}

export interface RowsToScore {
  readonly path: string;
  readonly file: ModelFile;
  readonly forest: Forest;
  readonly kernel: Kernel;
  /** Of this project: names the label, unless it is given, and keys of time and sensor. */
  readonly own: Pipeline;
  readonly label: string | null;
  /** The column that names recordings; null: that of the model's training, else the pipeline's. */
  readonly group: string | null;
  readonly signal: AbortSignal;
}

/** Rows of a table that is open, whose label has a name. */
export interface TableToScore extends RowsToScore {
  readonly table: OpenTable;
  readonly label: string;
}
