import type { Severity } from "../rules/profile.ts";

/** How urgent a fire of this probability is; `NONE` below the threshold. */
export const alertLevels = ["NONE", "MEDIUM", "HIGH", "CRITICAL"] as const;

export type AlertLevel = (typeof alertLevels)[number];

/** What a person is told. */
export interface Alert {
  /**
   * The same for the same reading and cause in every run, and for no other: `PARTITION_OFFSET`, `_N` for the Nth further row that a function made of it, and what raised it. Of a window `PARTITION_window_SENSOR_START_END` (epoch ms) takes the
   * place of the first two: the same for each result that an updated window tells.
   */
  readonly id: string;
  readonly topic: string;
  /** What a model predicted (`fire`); `threshold`: a bound of a rule; `pattern`: several signs at once; `anomaly`: a value unlike the sensor's recent ones. */
  readonly kind: string;
  readonly timeMs: number;
  readonly sensor: string;
  /** The field or the pattern; null for a prediction. */
  readonly cause: string | null;
  /** The probability, or the field's value. */
  readonly value: number;
  readonly threshold: number;
  readonly severity: Severity;
  readonly message: string;
  readonly modelVersion: string | null;
}

/** Its place in {@link alertLevels}. */
export function alertLevelOf(probability: number, threshold: number): number {
  if (!(probability >= threshold)) return 0;
  if (probability > 0.9) return 3;
  return probability > 0.7 ? 2 : 1;
}

export function alertLevel(probability: number, threshold: number): AlertLevel {
  return alertLevels[alertLevelOf(probability, threshold)]!;
}
