const LOOK_MS = 500;

/** In place of what work that lasted too long would give. */
export const tooLate = Symbol("too late");

interface Wait {
  readonly untilMs: number;
  readonly end: () => void;
}

/** Ends waits that last too long. One timer looks after all of them: one for each would cost every request. */
export class Deadlines {
  readonly #limitMs: number;
  readonly #now: () => number;
  readonly #waiting = new Set<Wait>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ limitMs, now }: { limitMs: number; now: () => number }) {
    this.#limitMs = limitMs;
    this.#now = now;
  }

  /** What the work gives, or {@link tooLate}. Rejects as the work does; of what it does afterwards nothing is heard. */
  inTime<Result>(work: Promise<Result>): Promise<Result | typeof tooLate> {
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
    return new Promise((resolve, reject) => {
      const wait = { untilMs: this.#now() + this.#limitMs, end: () => resolve(tooLate) };
      this.#waiting.add(wait);
      const settle = (give: () => void): void => {
        this.#waiting.delete(wait);
        give();
      };
      work.then(
        (result) => settle(() => resolve(result)),
        (thrown: unknown) => settle(() => reject(thrown)),
      );
    });
  }

  /** The oldest stands first. */
  #look(): void {
    const nowMs = this.#now();
    for (const wait of this.#waiting) {
      if (wait.untilMs > nowMs) return;
      this.#waiting.delete(wait);
      wait.end();
    }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
