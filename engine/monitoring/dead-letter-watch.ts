const MINUTE_MS = 60_000;

/** While it goes on, people are told again this often. */
const HOLD_OFF_MS = 600_000;

/** Counts dead letters over the last minute, by the second. */
export class DeadLetterWatch {
  /** A minute; 0: any number is well. */
  readonly limit: number;
  readonly #now: () => number;
  #seconds: { readonly startMs: number; count: number }[] = [];
  #toldMs = -Infinity;

  /** `now`: ms of a clock that never goes back. */
  constructor({ limit, now }: { limit: number; now: () => number }) {
    this.limit = limit;
    this.#now = now;
  }

  /** True when people are to be told: there are more than the limit, and they were not told in the last ten minutes. */
  add(count: number): boolean {
    if (count === 0 || this.limit === 0) return false;
    const nowMs = this.#now();
    const last = this.#seconds.at(-1);
    if (last && nowMs - last.startMs < 1000) last.count += count;
    else this.#seconds.push({ startMs: nowMs, count });
    if (!this.isOver || nowMs - this.#toldMs < HOLD_OFF_MS) return false;
    this.#toldMs = nowMs;
    return true;
  }

  /** How many there were in the last minute. */
  get recent(): number {
    const sinceMs = this.#now() - MINUTE_MS;
    this.#seconds = this.#seconds.filter(({ startMs }) => startMs > sinceMs);
    return this.#seconds.reduce((sum, { count }) => sum + count, 0);
  }

  get isOver(): boolean {
    return this.recent > this.limit;
  }
}
