import { setTimeout as delay } from "node:timers/promises";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Metrics } from "../../engine/monitoring/metrics.ts";
import type { JobName } from "../../trainer/jobs/job.ts";
import type { LastRun } from "../../trainer/jobs/record.ts";
import { withRetries } from "../../trainer/jobs/retries.ts";
import { tell } from "../terminal.ts";
import type { ChildOutcome } from "./job-child.ts";
import { tellFigures } from "./job-figures.ts";

export interface DeskOptions {
  /** Runs one attempt elsewhere. */
  readonly child: (attempt: { readonly name: JobName; readonly attempt: number; readonly began: string }) => Promise<ChildOutcome>;
  /** Keeps what is known of a run whose child has died. */
  readonly keepFailure: (name: JobName, run: LastRun) => Promise<void>;
  readonly metrics: Metrics;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Throws when it is interrupted. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** Runs jobs beside what the process does: one attempt at a time, no job twice at once, with retries. */
export class JobDesk {
  readonly #options: DeskOptions;
  readonly #sleep: (ms: number) => Promise<void>;
  readonly #running = new Map<JobName, Promise<void>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#sleep = options.sleep ?? ((ms) => delay(ms, undefined, { signal: options.signal }));
  }

  /** Also while it waits for its turn, or to be tried again. */
  isRunning(name: JobName): boolean {
    return this.#running.has(name);
  }

  /** Begins a run; false where one is going on. */
  begin(name: JobName): boolean {
    if (this.isRunning(name)) return false;
    void this.run(name);
    return true;
  }

  /** Resolves when it is over, well or not: the run that is going on, else a new one. */
  run(name: JobName): Promise<void> {
    const running = this.#running.get(name) ?? this.#run(name).finally(() => this.#running.delete(name));
    this.#running.set(name, running);
    return running;
  }

  async #run(name: JobName): Promise<void> {
    const { metrics, now, signal } = this.#options;
    const began = new Date(now()).toISOString();
    try {
      const run = await withRetries({
        attempt: (attempt) => this.#attempt({ name, attempt, began }),
        sleep: (ms) => {
          signal.throwIfAborted();
          return this.#sleep(ms);
        },
        onRetry: ({ thrown, attempt, waitMs }) => {
          if (signal.aborted) return;
          metrics.jobRetry(name);
          tell(`job     ${name}: attempt ${attempt} failed, the next in ${waitMs / 60_000} min: ${MangroveError.from(thrown).message}`, { level: "warn", event: "job.retry", fields: { job: name, attempt } });
        },
      });
      if (run) tellFigures(metrics, name, run);
    } catch (thrown) {
      if (signal.aborted) return;
      metrics.job({ name, outcome: "failed", seconds: (now() - Date.parse(began)) / 1000, endedMs: now() });
      tell(`job     ${name} has failed for good, until it is due again: ${MangroveError.from(thrown).message}`, { level: "error", event: "job.gave-up", fields: { job: name } });
    }
  }

  /** Null where another process runs it. Throws where it fails. */
  async #attempt(about: { name: JobName; attempt: number; began: string }): Promise<LastRun | null> {
    const { child, keepFailure, now, signal } = this.#options;
    const turn = this.#last.then(() => {
      signal.throwIfAborted();
      return child(about);
    });
    this.#last = turn.catch(() => {});
    const outcome = await turn;
    signal.throwIfAborted();
    if (outcome?.outcome === "busy") return null;
    if (outcome?.outcome === "succeeded") return outcome;
    if (outcome) throw new MangroveError("MGV_INTERNAL", outcome.detail);
    const detail = "Its process has died. The log says what it said last.";
    await keepFailure(about.name, { began: about.began, ended: new Date(now()).toISOString(), outcome: "failed", attempts: about.attempt, detail, report: null, alerts: 0, figures: {} });
    throw new MangroveError("MGV_INTERNAL", detail);
  }
}
