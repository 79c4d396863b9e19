import { MangroveError } from "../../kernel-as/errors.ts";
import type { FeatureState } from "../features/features.ts";
import type { Alert } from "./alerts.ts";
import type { ScoredReading } from "./evidence.ts";
import type { TrialCounts } from "./output.ts";
import { comesBefore, type Rows } from "./rows.ts";
import type { SensorState } from "./sensor-state.ts";

/** A sensor that was forgotten just before a record of the batch was taken in (at the batch's count: after all of them). */
export interface Forgotten {
  readonly record: number;
  readonly sensor: number;
}

/** What steps give beside their rows, and what they must know of the batch. */
export interface BatchContext {
  readonly partition: number;
  /** Of each reading. */
  readonly offsets: Float64Array;
  readonly appendTimesMs: Float64Array;
  /** In the order of their records. */
  readonly forgotten: readonly Forgotten[];
  /** Readings that came after all windows of a step had gone. */
  lateForWindows: number;
  /** What a model that is tried has done. */
  trial: TrialCounts | null;
  /** `by`: what tells apart the alerts of one row. */
  raise(rows: Rows, row: number, alert: Omit<Alert, "id" | "sensor" | "timeMs">, ...by: readonly string[]): void;
  /** A row that a function of the pipeline could not take: its record goes to the dead letters, or what is known of the row where no record caused it. */
  fail(rows: Rows, row: number, error: MangroveError): void;
  write(topic: string, fields: readonly string[], rows: Rows): void;
  /** The pipeline's predictions. Of one step only. */
  predict(rows: Rows): void;
}

/** A window that has no final result yet. */
export interface OpenWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly readings: number;
  /** By their names. */
  readonly aggregates: Readonly<Record<string, number>>;
}

/** A reading that a later one may find in its sliding window. */
export interface KeptReading {
  /** Event time, epoch ms. */
  readonly timeMs: number;
  /** By field, of those that aggregates are of; NaN is missing. */
  readonly values: Readonly<Record<string, number>>;
}

/** One step at work. A fold, record by record: a batch is only many of them at once. */
export interface Operator extends Disposable {
  /** The rows for the steps behind it; null: none ever. */
  process(rows: Rows, context: BatchContext): Rows;
  /** A step of the partition's clock between batches: rows that it caused. */
  advance?(appendNowMs: number, context: BatchContext): Rows;
  /** The source has ended: the last rows. */
  end?(context: BatchContext): Rows;
  /** What it keeps of a sensor in the arena, to be looked at, and may then keep no more: the results so far of open windows, the readings of sliding ones. */
  takeState?(sensor: number): readonly OpenWindow[] | readonly KeptReading[] | undefined;
  /** The trailing readings of sensors, by the task's numbers. */
  readonly features?: FeatureState;
  /** What a model read of a record of the last batch; null: it scored none of it. */
  scoredOf?(record: number): ScoredReading | null;
  /** What it keeps outside of the arena. */
  readonly state?: SensorState<unknown>;
}

/** Calls `visit` for every row, having forgotten the sensors that were forgotten before it. */
export function forEachRow(rows: Rows, { forgotten }: BatchContext, state: SensorState<unknown> | undefined, visit: (row: number) => void): void {
  let next = 0;
  for (let row = 0; row < rows.count; row++) {
    for (; next < forgotten.length && !comesBefore(rows, row, forgotten[next]!.record); next++) state?.forget(forgotten[next]!.sensor);
    visit(row);
  }
  for (; next < forgotten.length; next++) state?.forget(forgotten[next]!.sensor);
}

/** What a user's function threw, as an error of ours that names the step. */
export function stepError(step: string, cause: unknown): MangroveError {
  return new MangroveError("MGV_STEP", `the function of the step "${step}" failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}
