/** What is left of somebody's requests. */
export interface Allowance {
  readonly isAllowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Until all of it is there again. */
  readonly fullInMs: number;
  /** Until the next request is allowed; 0 where it is now. */
  readonly nextInMs: number;
}

const WINDOW_MS = 60_000;

/**
 * So many requests a minute for everyone, all at once or spread over it (the generic cell rate algorithm: of each is kept when all of its allowance is there again). Whoever was idle for a minute has all of it and is forgotten:
 * names live in two generations, of which the older is dropped after a minute, or when the younger is full.
 */
export class RateLimit {
  readonly #limit: number;
  readonly #maxNames: number;
  #young = new Map<string, number>();
  #old = new Map<string, number>();
  #turnedMs = -Infinity;

  constructor({ perMinute, maxNames = 10_000 }: { perMinute: number; maxNames?: number }) {
    this.#limit = perMinute;
    this.#maxNames = maxNames;
  }

  /** How many are remembered. */
  get names(): number {
    return this.#young.size + this.#old.size;
  }

  /** Takes one request off, if there is one left. */
  take(name: string, nowMs: number): Allowance {
    if (this.#young.size >= this.#maxNames || nowMs - this.#turnedMs > WINDOW_MS) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#turnedMs = nowMs;
    }
    const costMs = WINDOW_MS / this.#limit;
    const fullMs = Math.max(nowMs, this.#young.get(name) ?? this.#old.get(name) ?? 0);
    const isAllowed = fullMs + costMs - nowMs <= WINDOW_MS + 1e-6;
    const fullInMs = (isAllowed ? fullMs + costMs : fullMs) - nowMs;
    this.#young.set(name, nowMs + fullInMs);
    const remaining = Math.floor((WINDOW_MS - fullInMs) / costMs + 1e-6);
    return { isAllowed, limit: this.#limit, remaining, fullInMs, nextInMs: isAllowed ? 0 : fullInMs + costMs - WINDOW_MS };
  }
}
