import type { AlertReader, LoggedAlert } from "./alert-log.ts";
import { Handover } from "./handover.ts";
import { readAlert } from "./told-alert.ts";

/** Hands out what a tail gives. Nothing is settled. */
export class TailReader implements AlertReader {
  readonly #handover = new Handover<LoggedAlert>();
  readonly #closing = new AbortController();
  readonly #following: Promise<void>;

  constructor(follow: (give: (record: { readonly text: string; readonly appendedMs: number }) => Promise<void>, signal: AbortSignal) => Promise<void>) {
    const { signal } = this.#closing;
    this.#following = follow(async ({ text, appendedMs }) => {
      const alert = readAlert(text);
      if (alert) await this.#handover.give({ alert, loggedMs: appendedMs }, signal);
    }, signal);
  }

  get isAtEnd(): boolean {
    return this.#handover.isEmpty;
  }

  next(signal: AbortSignal): Promise<LoggedAlert | undefined> {
    return this.#handover.take(signal);
  }

  settle(): void {}

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#following;
  }
}
