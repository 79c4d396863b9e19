/** Passes one item at a time from a giver to a taker; neither goes on without the other. */
export class Handoff<T> {
  readonly #onTaken: (item: T) => void;
  #offered: { readonly item: T; settle(taken: boolean): void } | null = null;
  #wanted: { give(item: T): void; fail(thrown: unknown): void } | null = null;
  #failure: { readonly thrown: unknown } | null = null;

  /** `onTaken` runs before either side hears of it. */
  constructor(onTaken: (item: T) => void) {
    this.#onTaken = onTaken;
  }

  /** Resolves to whether somebody took the item within `waitMs`. */
  offer(item: T, waitMs: number): Promise<boolean> {
    if (this.#wanted !== null) {
      this.#onTaken(item);
      this.#wanted.give(item);
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const settle = (taken: boolean) => {
        clearTimeout(timer);
        this.#offered = null;
        resolve(taken);
      };
      const timer = setTimeout(settle, waitMs, false);
      this.#offered = { item, settle };
    });
  }

  /** The next item, or undefined when `signal` aborts first. */
  take(signal: AbortSignal): Promise<T | undefined> {
    if (this.#failure !== null) return Promise.reject(this.#failure.thrown);
    if (signal.aborted) return Promise.resolve(undefined);
    if (this.#offered !== null) {
      const { item, settle } = this.#offered;
      this.#onTaken(item);
      settle(true);
      return Promise.resolve(item);
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        signal.removeEventListener("abort", stop);
        this.#wanted = null;
      };
      const stop = () => (leave(), resolve(undefined));
      signal.addEventListener("abort", stop, { once: true });
      this.#wanted = { give: (item) => (leave(), resolve(item)), fail: (thrown) => (leave(), reject(thrown)) };
    });
  }

  /** Takes the offer back: it counts as not taken. */
  withdraw(): void {
    this.#offered?.settle(false);
  }

  /** Every take from now on throws `thrown`. */
  fail(thrown: unknown): void {
    this.#failure = { thrown };
    this.withdraw();
    this.#wanted?.fail(thrown);
  }
}
