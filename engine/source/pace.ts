/** How fast a stored stream is told again: N times as fast as it was measured, or without waiting. */
export type Speed = number | "max";

/** Waits; resolves early when the signal aborts. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export const sleep: Sleep = (ms, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });

/** No step of event time makes anyone wait longer than this, divided by the speed. */
const LONGEST_STEP_MS = 60_000;

/** Maps the event times of a stream, in the order in which it is told, to the times at which to tell them. */
export class Pace {
  readonly #speed: Speed;
  readonly #startMs: number;
  #elapsedMs = 0;
  #lastMs = NaN;

  constructor(speed: Speed, startMs: number) {
    this.#speed = speed;
    this.#startMs = startMs;
  }

  /** When a reading of this event time is due, on the clock that `startMs` was taken from. Steps back take no time. */
  dueMs(timeMs: number): number {
    if (this.#speed === "max" || Number.isNaN(timeMs)) return -Infinity;
    const stepMs = timeMs - this.#lastMs;
    if (stepMs > 0) this.#elapsedMs += Math.min(stepMs, LONGEST_STEP_MS);
    this.#lastMs = timeMs;
    return this.#startMs + this.#elapsedMs / this.#speed;
  }
}
