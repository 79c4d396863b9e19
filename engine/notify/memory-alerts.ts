import { alertRecord } from "../sink/records.ts";
import type { CommitWatch } from "../runtime/commit-watch.ts";
import type { Alert } from "../task/alerts.ts";
import { orAborted } from "../broker/patience.ts";
import type { AlertLog, AlertReader, LoggedAlert } from "./alert-log.ts";
import { readAlert } from "./told-alert.ts";

/** Alerts that wait for a reader; the oldest are dropped beyond. */
const MOST_WAITING = 10_000;

/** The alerts of this process, as long as it lives. */
export class MemoryAlerts implements AlertLog {
  readonly promise = "in memory: what is not delivered when the process ends is never told";
  readonly #now: () => number;
  readonly #onDropped: (count: number) => void;
  readonly #readers = new Set<MemoryReader>();

  /** `now`: epoch ms. `onDropped`: so many alerts have waited for a reader in vain. */
  constructor({ now, onDropped }: { readonly now: () => number; readonly onDropped: (count: number) => void }) {
    this.#now = now;
    this.#onDropped = onDropped;
  }

  /** For one life of a task. */
  watch(): CommitWatch {
    let alerts: Alert[] = [];
    return {
      write: (output) => void alerts.push(...output.alerts),
      cut: () => {
        const cut = alerts;
        alerts = [];
        return () => cut.forEach((alert) => this.#add(alert));
      },
    };
  }

  follow(): Promise<AlertReader> {
    const reader = new MemoryReader({ closed: () => this.#readers.delete(reader), dropped: this.#onDropped });
    this.#readers.add(reader);
    return Promise.resolve(reader);
  }

  tail(): Promise<AlertReader> {
    return this.follow();
  }

  #add(raised: Alert): void {
    const alert = readAlert(alertRecord(raised).value);
    if (alert) for (const reader of this.#readers) reader.add({ alert, loggedMs: this.#now() });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const reader of this.#readers) await reader[Symbol.asyncDispose]();
  }
}

class MemoryReader implements AlertReader {
  readonly #on: { closed(): void; dropped(count: number): void };
  readonly #waiting: LoggedAlert[] = [];
  #news = Promise.withResolvers<void>();

  constructor(on: { closed(): void; dropped(count: number): void }) {
    this.#on = on;
  }

  add(logged: LoggedAlert): void {
    if (this.#waiting.length >= MOST_WAITING) this.#on.dropped(this.#waiting.splice(0, 1).length);
    this.#waiting.push(logged);
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  get isAtEnd(): boolean {
    return this.#waiting.length === 0;
  }

  async next(signal: AbortSignal): Promise<LoggedAlert | undefined> {
    while (this.#waiting.length === 0 && !signal.aborted) await orAborted(this.#news.promise, signal);
    return signal.aborted ? undefined : this.#waiting.shift();
  }

  settle(): void {}

  [Symbol.asyncDispose](): Promise<void> {
    this.#on.closed();
    return Promise.resolve();
  }
}
