import type { Metrics } from "../monitoring/metrics.ts";
import type { TaskOutput, TrialCounts } from "../task/output.ts";

/** What a run has done so far. */
export interface Summary {
  /** Readings decoded; with `rejected` all records. */
  readings: number;
  rejected: number;
  late: number;
  predictions: number;
  alerts: number;
  /** Of the model that is on trial, or was last; null: none was. */
  trial: TrialCounts | null;
}

export function emptySummary(): Summary {
  return { readings: 0, rejected: 0, late: 0, predictions: 0, alerts: 0, trial: null };
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
  metrics.original?.read(batch);
  metrics.late(lateCount);
  metrics.lateForWindows(output.lateForWindows);
  metrics.batch(seconds);
  if (batch.count > 0) metrics.lastReading(batch.timesMs.reduce((latest, timeMs) => Math.max(latest, timeMs)));
  for (const letter of deadLetters) metrics.deadLetter(letter.code);
  if (output.trial) {
    metrics.trial(output.trial);
    summary.trial = sumOf(summary.trial, output.trial);
  }
  for (const alert of alerts) metrics.alert(alert);
  for (const [topic, windows] of windowsOf(output)) metrics.windows(topic, windows);
  if (scores) {
    metrics.scores(scores.probabilities);
    scores.models.forEach(({ modelVersion }, arm) => {
      const { arms, predictions } = scores;
      const of = arms ? predictions.filter((_, i) => arms[i] === arm) : predictions;
      const fire = of.reduce((sum, each) => sum + each, 0);
      metrics.predictions({ fire, noFire: of.length - fire }, modelVersion);
    });
  }
}

/** How many rows of windows there are for each topic. */
function windowsOf({ rows }: TaskOutput): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { topic, startMs } of rows) if (startMs !== null) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  return counts;
}

function sumOf(before: TrialCounts | null, now: TrialCounts): TrialCounts {
  if (before?.version !== now.version) return { ...now };
  return {
    version: now.version,
    readings: before.readings + now.readings,
    disagreements: before.disagreements + now.disagreements,
    championAlerts: before.championAlerts + now.championAlerts,
    challengerAlerts: before.challengerAlerts + now.challengerAlerts,
  };
}
