import type { AnomalyOptions } from "./anomaly.ts";
import type { Severity } from "./profile.ts";

/** The last values of one field of one sensor: the newest in place of the oldest once there are enough. */
export interface Recent {
  readonly values: number[];
  /** Where the next one goes. */
  next: number;
}

/**
 * How many standard deviations (of the sample) `value` is from the mean of the recent ones before it, which it then joins. NaN for a missing value, which joins
 * nothing, and while there are too few; 0 where all are the same as it.
 */
export function zScore(recent: Recent, value: number, { window, atLeast }: Pick<AnomalyOptions, "window" | "atLeast">): number {
  if (Number.isNaN(value)) return NaN;
  const { values } = recent;
  const score = values.length < atLeast ? NaN : deviations(values, value);
  values[recent.next] = value;
  recent.next = (recent.next + 1) % window;
  return score;
}

function deviations(values: readonly number[], value: number): number {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (values.length - 1);
  if (value === mean) return 0;
  return Math.abs(value - mean) / Math.sqrt(variance);
}

/** MEDIUM or HIGH, null for what is usual. */
export function anomalySeverity(score: number, { medium, high }: Pick<AnomalyOptions, "medium" | "high">): Severity | null {
  if (score > high) return "HIGH";
  return score > medium ? "MEDIUM" : null;
}
