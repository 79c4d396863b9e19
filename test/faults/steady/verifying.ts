import { Worker } from "node:worker_threads";
import type { Finding } from "../compare.ts";
import type { VerifierOptions } from "./verifier.ts";

export interface VerifierPlace extends Omit<VerifierOptions, "cluster" | "kernel"> {
  /** How long nothing may be readable. */
  readonly patienceMs: number;
}

export interface VerifierState {
  /** Texts that were compared and are the same. */
  readonly compared: number;
  /** Texts that have not met their counterpart. */
  readonly waiting: number;
  readonly findings: number;
}

export interface Verified {
  readonly findings: readonly Finding[];
  /** By partition. */
  readonly readings: readonly number[];
  readonly outputs: number;
  readonly compared: number;
}

/** A `Verifier` in a thread of its own, so that the feed keeps its rate beside it. */
export class Verifying implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #verified = Promise.withResolvers<Verified>();
  #state: VerifierState = { compared: 0, waiting: 0, findings: 0 };
  #failure: Error | null = null;

  constructor(place: VerifierPlace) {
    this.#worker = new Worker(new URL("./verifier-thread.ts", import.meta.url), { workerData: place });
    this.#worker.on("message", ({ state, verified }: { state?: VerifierState; verified?: Verified }) => {
      if (state) this.#state = state;
      if (verified) this.#verified.resolve(verified);
    });
    this.#worker.once("error", (thrown: Error) => {
      this.#failure = thrown;
      this.#verified.reject(thrown);
    });
    this.#verified.promise.catch(() => {}); // told by `state` and `end`
  }

  /** Throws what has ended the thread. */
  get state(): VerifierState {
    if (this.#failure) throw this.#failure;
    return this.#state;
  }

  /** After the last engine has ended. */
  end(): Promise<Verified> {
    this.#worker.postMessage("end", []);
    return this.#verified.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}
