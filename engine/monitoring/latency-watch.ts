import type { CommitWatch } from "../runtime/commit-watch.ts";
import type { TaskOutput } from "../task/output.ts";
import type { Metrics } from "./metrics.ts";

/** Tells how long records wait for the commit of what came of them: one time a batch, of its first record. */
export class LatencyWatch implements CommitWatch {
  readonly #metrics: Metrics;
  readonly #now: () => number;
  #appendedMs: number[] = [];
  #hasReadings = false;

  /** `now`: epoch ms, as append times are. */
  constructor({ metrics, now }: { readonly metrics: Metrics; readonly now: () => number }) {
    this.#metrics = metrics;
    this.#now = now;
  }

  write({ batch: { count, appendTimesMs } }: TaskOutput): void {
    if (count === 0) return;
    this.#hasReadings = true;
    const appendedMs = appendTimesMs[0]!;
    if (!Number.isNaN(appendedMs)) this.#appendedMs.push(appendedMs);
  }

  cut(): () => void {
    const [appendedMs, hasReadings] = [this.#appendedMs, this.#hasReadings];
    this.#appendedMs = [];
    this.#hasReadings = false;
    return () => hasReadings && this.#metrics.committed(appendedMs, this.#now());
  }
}
