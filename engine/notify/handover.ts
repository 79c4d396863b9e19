import { orAborted } from "../broker/patience.ts";

/** Hands items from some to one: who gives waits until the item is taken, so that little is under way. */
export class Handover<Item> {
  readonly #offered: { readonly item: Item; readonly taken: () => void }[] = [];
  #news = Promise.withResolvers<void>();
  #failure: { readonly thrown: unknown } | null = null;

  /** Whether nothing waits to be taken. */
  get isEmpty(): boolean {
    return this.#offered.length === 0;
  }

  /** Resolves when it is taken, or the signal aborts. */
  async give(item: Item, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#offered.push({ item, taken: resolve });
    this.#tell();
    await orAborted(promise, signal);
  }

  /** Undefined when the signal aborts first. Throws what was failed with, once all that was given before is taken. */
  async take(signal: AbortSignal): Promise<Item | undefined> {
    for (;;) {
      if (signal.aborted) return undefined;
      const offered = this.#offered.shift();
      if (offered) {
        offered.taken();
        return offered.item;
      }
      if (this.#failure) throw this.#failure.thrown;
      await orAborted(this.#news.promise, signal);
    }
  }

  fail(thrown: unknown): void {
    this.#failure = { thrown };
    this.#tell();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}
