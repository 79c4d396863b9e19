import type { Metrics } from "../../engine/monitoring/metrics.ts";
import type { JobName } from "../../trainer/jobs/job.ts";
import type { LastRun } from "../../trainer/jobs/record.ts";

/** Tells the metrics what came of a run, and what it found. */
export function tellFigures(metrics: Metrics, name: JobName, { outcome, began, ended, figures }: LastRun): void {
  const endedMs = Date.parse(ended);
  metrics.job({ name, outcome, seconds: (endedMs - Date.parse(began)) / 1000, endedMs });
  if (figures.drift || name === "drift") metrics.drift(figures.drift ?? []);
  if (figures.quality != null) metrics.dataQuality(figures.quality);
  if (figures.performance) metrics.modelPerformance(figures.performance);
}
