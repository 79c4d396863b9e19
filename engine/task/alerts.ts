/** How urgent a fire of this probability is; `NONE` below the threshold. */
export type AlertLevel = "NONE" | "MEDIUM" | "HIGH" | "CRITICAL";

/** What a person is told. */
export interface Alert {
  /** `partition_offset` of the reading that raised it. */
  readonly id: string;
  readonly timeMs: number;
  readonly sensor: string;
  readonly probability: number;
  readonly threshold: number;
  readonly severity: Exclude<AlertLevel, "NONE">;
  readonly modelVersion: string;
}

export function alertLevel(probability: number, threshold: number): AlertLevel {
  if (probability < threshold) return "NONE";
  if (probability > 0.9) return "CRITICAL";
  return probability > 0.7 ? "HIGH" : "MEDIUM";
}

/** Makes one alert of one fire: while a sensor keeps seeing fire, with gaps of at most the hold-off, nothing new is raised. */
export class AlertRule {
  readonly #holdOffMs: number;
  /** Of each sensor: the event time of its newest fire, and of the one that came last, which may be a late one. */
  readonly #fires = new Map<number, { newestMs: number; lastMs: number }>();

  constructor(holdOffMs: number) {
    this.#holdOffMs = holdOffMs;
  }

  /** Takes in the event time of a prediction of fire for a sensor, by its number. True when it begins a fire that has not been told yet. */
  raises(sensor: number, timeMs: number): boolean {
    const { newestMs, lastMs } = this.#fires.get(sensor) ?? { newestMs: -Infinity, lastMs: -Infinity };
    this.#fires.set(sensor, { newestMs: Math.max(newestMs, timeMs), lastMs: timeMs });
    return Math.abs(timeMs - newestMs) > this.#holdOffMs && Math.abs(timeMs - lastMs) > this.#holdOffMs;
  }
}
