import type { Metrics } from "../monitoring/metrics.ts";
import type { TaskOutput } from "../task/output.ts";

/** What a run has done so far. */
export interface Summary {
  /** Readings decoded; with `rejected` all records. */
  readings: number;
  rejected: number;
  late: number;
  predictions: number;
  alerts: number;
}

export function emptySummary(): Summary {
  return { readings: 0, rejected: 0, late: 0, predictions: 0, alerts: 0 };
}

/** As most steps of the clock are. */
export function isEmpty({ batch, alerts, rows, deadLetters }: TaskOutput): boolean {
  return batch.count + alerts.length + rows.length + deadLetters.length === 0;
}

/** Adds an output, which took `seconds`. */
export function count(summary: Summary, metrics: Metrics, output: TaskOutput, seconds: number): void {
  const { batch, late, scores, alerts, deadLetters } = output;
  const lateCount = late.reduce((sum, each) => sum + each, 0);
  summary.readings += batch.count;
  summary.rejected += deadLetters.length;
  summary.late += lateCount;
  summary.predictions += scores?.predictions.length ?? 0;
  summary.alerts += alerts.length;

  metrics.readings(batch.count);
  metrics.late(lateCount);
  metrics.lateForWindows(output.lateForWindows);
  metrics.batch(seconds);
  if (batch.count > 0) metrics.lastReading(batch.timesMs.reduce((latest, timeMs) => Math.max(latest, timeMs)));
  for (const letter of deadLetters) metrics.deadLetter(letter.code);
  for (const alert of alerts) metrics.alert(alert.severity);
  if (scores) {
    const fire = scores.predictions.reduce((sum, each) => sum + each, 0);
    metrics.predictions({ fire, noFire: scores.predictions.length - fire }, scores.modelVersion);
  }
}
