/** Keys that have a pace of their own; what others give is left out until some of these have been silent. */
const MOST_KEYS = 10_000;

/** Samples of all keys together in a second: of more keys than that allows at their pace, each waits for its turn. */
const MOST_PER_SECOND = 2_500;

interface Kept<Sample> {
  toldMs: number;
  /** What has come since; null: nothing. */
  waiting: Sample | null;
}

/** Lets through one sample of a key in each interval, which stands for all of its kind since the one before. Where there are too many keys, those go first that have waited for longest. */
export class Pacer<Sample> {
  readonly #intervalMs: number;
  readonly #merge: (before: Sample, now: Sample) => Sample;
  readonly #tell: (key: string, sample: Sample) => void;
  readonly #kept = new Map<string, Kept<Sample>>();

  constructor(options: { intervalMs: number; merge: (before: Sample, now: Sample) => Sample; tell: (key: string, sample: Sample) => void }) {
    this.#intervalMs = options.intervalMs;
    this.#merge = options.merge;
    this.#tell = options.tell;
  }

  add(key: string, sample: Sample, nowMs: number): void {
    let kept = this.#kept.get(key);
    if (!kept) {
      if (this.#kept.size >= MOST_KEYS) return;
      this.#kept.set(key, (kept = { toldMs: -Infinity, waiting: null }));
    }
    kept.waiting = kept.waiting === null ? sample : this.#merge(kept.waiting, sample);
    if (nowMs - kept.toldMs >= this.#intervalMs && !this.#isCrowded) this.#give(key, kept, nowMs);
  }

  /** To be called every second. Tells what has waited for its interval, and forgets who has been silent for one. */
  sweep(nowMs: number): void {
    const isCrowded = this.#isCrowded;
    let left = MOST_PER_SECOND;
    for (const [key, kept] of this.#kept) {
      if (nowMs - kept.toldMs < this.#intervalMs) continue;
      if (kept.waiting === null) this.#kept.delete(key);
      else if (!isCrowded || left-- > 0) this.#give(key, kept, nowMs);
    }
  }

  get #isCrowded(): boolean {
    return this.#kept.size * (1000 / this.#intervalMs) > MOST_PER_SECOND;
  }

  #give(key: string, kept: Kept<Sample>, nowMs: number): void {
    const sample = kept.waiting!;
    kept.waiting = null;
    kept.toldMs = nowMs;
    if (this.#isCrowded) {
      this.#kept.delete(key); // behind all others
      this.#kept.set(key, kept);
    }
    this.#tell(key, sample);
  }
}
