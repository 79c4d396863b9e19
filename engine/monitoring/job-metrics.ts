import { Meters } from "./meters.ts";

/** Of jobs that run now and then, such as a training. */
export class JobMetrics extends Meters {
  readonly #runs = this.counter("job_runs_total", "Runs of a job that came to an end.", ["job", "outcome"]);
  readonly #retries = this.counter("job_retries_total", "Times that a job was begun again after a failure.", ["job"]);
  readonly #seconds = this.gauge("job_duration_seconds", "How long a job's last run took.", ["job"]);
  readonly #lastSuccess = this.gauge("job_last_success_timestamp_seconds", "When a job last succeeded.", ["job"]);

  /** A run has ended, at `endedMs` since the epoch. */
  job({ name, outcome, seconds, endedMs }: { readonly name: string; readonly outcome: "succeeded" | "failed"; readonly seconds: number; readonly endedMs: number }): void {
    this.#runs.inc({ job: name, outcome });
    this.#seconds.set({ job: name }, seconds);
    if (outcome === "succeeded") this.#lastSuccess.set({ job: name }, endedMs / 1000);
  }

  jobRetry(name: string): void {
    this.#retries.inc({ job: name });
  }
}
