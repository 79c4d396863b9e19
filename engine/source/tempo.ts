/** How fast event time passes, in times real time, where that may change meanwhile; 0 while it stands still. */
export class Tempo {
  readonly #now: () => number;
  #speed: number;
  #from: { readonly clockMs: number; readonly elapsedMs: number };
  #changed = new AbortController();

  /** `now`: epoch ms. */
  constructor(speed: number, now: () => number) {
    this.#speed = speed;
    this.#now = now;
    this.#from = { clockMs: now(), elapsedMs: 0 };
  }

  get speed(): number {
    return this.#speed;
  }

  /** Aborts with the next change. */
  get changed(): AbortSignal {
    return this.#changed.signal;
  }

  /** From now on; `elapsedMs` of event time is what comes next. */
  begin(elapsedMs: number): void {
    this.#from = { clockMs: this.#now(), elapsedMs };
  }

  change(speed: number): void {
    const nowMs = this.#now();
    const { clockMs, elapsedMs } = this.#from;
    this.#from = { clockMs: nowMs, elapsedMs: elapsedMs + (nowMs - clockMs) * this.#speed };
    this.#speed = speed;
    const changed = this.#changed;
    this.#changed = new AbortController();
    changed.abort();
  }

  /** When that much event time has passed, by the clock; Infinity while it stands still. */
  dueMs(elapsedMs: number): number {
    const { clockMs, elapsedMs: from } = this.#from;
    return elapsedMs <= from ? clockMs : clockMs + (elapsedMs - from) / this.#speed;
  }
}
