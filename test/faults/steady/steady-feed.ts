import { Feed, type FedRecord } from "../feed.ts";
import type { Appender } from "./appender.ts";

/** Of a sensor at once. */
const READINGS = 10;
/** What a broker that was away has missed is given at this many times the rate at most. */
const CATCH_UP = 1.5;

export interface SteadyFeedOptions {
  readonly appender: Appender;
  readonly seed: number;
  readonly partitions: number;
  readonly sensors: number;
  /** Readings a second. */
  readonly rate: number;
  readonly startMs: number;
  readonly tell: (line: string) => void;
}

/** Appends seeded readings at a steady rate, and what was missed while the broker was away after that. */
export class SteadyFeed {
  readonly #options: SteadyFeedOptions;
  readonly #feed: Feed;
  /** Records that were appended. */
  records = 0;
  /** For how long it was held. */
  heldMs = 0;
  #held: PromiseWithResolvers<void> | null = null;

  constructor(options: SteadyFeedOptions) {
    this.#options = options;
    this.#feed = new Feed(options);
  }

  /** Appends nothing until it is released: those that read do not keep up. */
  hold(): void {
    this.#held ??= Promise.withResolvers();
  }

  release(): void {
    this.#held?.resolve();
    this.#held = null;
  }

  /** Until `signal` aborts; then a last reading of every sensor, so that all windows close. */
  async run(signal: AbortSignal): Promise<void> {
    const { rate } = this.#options;
    const startedMs = performance.now();
    while (!signal.aborted) {
      const readyMs = performance.now();
      await this.#held?.promise;
      const batchMs = performance.now();
      this.heldMs += batchMs - readyMs;
      const before = this.records;
      await this.#append(this.#feed.round(Date.now(), READINGS));
      const dueMs = Math.max(startedMs + this.heldMs + (this.records / rate) * 1000, batchMs + ((this.records - before) / rate / CATCH_UP) * 1000);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
    }
    await this.#append(this.#feed.flush());
  }

  async #append(records: readonly FedRecord[]): Promise<void> {
    const { appender, tell } = this.#options;
    for (;;) {
      try {
        await appender.append(records);
        this.records += records.length;
        return;
      } catch (thrown) {
        tell(`soak    the feed goes on after ${String(thrown).slice(0, 120)}`);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }
}
