import type { PredictionCounts } from "./contract.ts";

interface Scored {
  /** Of fire, one for each reading. */
  readonly probabilities: ArrayLike<number>;
  /** How many of them are fire. */
  readonly fire: number;
  /** Whether they came in an array, or as lines. */
  readonly isMany: boolean;
}

/** What requests have scored since the start. */
export class PredictionStats {
  #requests = 0;
  #predictions = 0;
  #fire = 0;
  #inBatches = 0;
  #confidence = 0;
  #seconds = 0;
  #lastMs: number | null = null;

  scored({ probabilities, fire, isMany }: Scored): void {
    const { length } = probabilities;
    this.#predictions += length;
    this.#fire += fire;
    if (isMany) this.#inBatches += length;
    for (let i = 0; i < length; i++) this.#confidence += Math.max(probabilities[i]!, 1 - probabilities[i]!);
  }

  /** Of a request that was answered with predictions, however many. */
  answered(seconds: number, nowMs: number): void {
    this.#lastMs = nowMs;
    this.#requests++;
    this.#seconds += seconds;
  }

  /** When something was scored the last time, ISO 8601; null: never. */
  get lastTime(): string | null {
    return this.#lastMs === null ? null : new Date(this.#lastMs).toISOString();
  }

  counts(): PredictionCounts {
    const share = (part: number, all: number) => (all === 0 ? 0 : part / all);
    const noFire = this.#predictions - this.#fire;
    const seconds = share(this.#seconds, this.#requests);
    return {
      total_predictions: this.#predictions,
      fire_predictions: this.#fire,
      no_fire_predictions: noFire,
      batch_predictions: this.#inBatches,
      total_requests: this.#requests,
      average_confidence: share(this.#confidence, this.#predictions),
      average_processing_time: seconds,
      avg_processing_time: seconds,
      fire_detection_rate_percent: share(100 * this.#fire, this.#predictions),
      safe_detection_rate_percent: share(100 * noFire, this.#predictions),
      last_prediction_time: this.lastTime,
    };
  }
}
