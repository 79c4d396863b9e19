import { Worker } from "node:worker_threads";
import { MangroveError, type ErrorCode } from "../../kernel-as/errors.ts";
import type { RoundReport, Trained, TrainOptions } from "../../kernel-as/host/train.ts";
import type { RowsToFit } from "./fit-rows.ts";

/** What a thread tells. */
export type Said = { readonly kind: "ready" } | { readonly kind: "round"; readonly report: RoundReport } | { readonly kind: "trained"; readonly trained: Trained } | { readonly kind: "failed"; readonly code: ErrorCode; readonly message: string };

/** Threads that train a forest each at a time, while the caller does something else. Forests do not depend on them. One failure ends them all. */
export class FitThreads implements Disposable {
  readonly #threads: Worker[] = [];
  readonly #idle: Worker[] = [];
  /** Who waits for a thread, the first one first. */
  readonly #waiting: PromiseWithResolvers<Worker>[] = [];
  /** What threads are asked for and have not given yet. */
  readonly #asked = new Map<Worker, Asked>();
  #end: { readonly reason: unknown } | null = null;

  /** Throws `MGV_KERNEL` when one does not start. */
  static async start(count: number): Promise<FitThreads> {
    const threads = new FitThreads();
    try {
      await Promise.all(Array.from({ length: count }, () => threads.#add()));
      return threads;
    } catch (cause) {
      threads.#over(cause);
      throw MangroveError.from(cause, "MGV_KERNEL");
    }
  }

  /** Asks for the rows when a thread is there for them, and takes them away from the caller. Throws what `fitRows` does, the signal's reason, and `MGV_KERNEL`. */
  async fit(rows: () => RowsToFit, { signal, onRound = () => {} }: Omit<TrainOptions, "workers"> = {}): Promise<Trained> {
    const thread = await this.#next();
    const abort = () => this.#over(signal!.reason);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      signal?.throwIfAborted();
      if (this.#end) throw this.#end.reason;
      const given = rows();
      thread.postMessage(given, buffersOf(given));
      return (await this.#ask(thread, onRound))!;
    } catch (thrown) {
      this.#over(thrown);
      throw thrown;
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#give(thread);
    }
  }

  [Symbol.dispose](): void {
    this.#over(new MangroveError("MGV_KERNEL", "The threads of the training were closed."));
  }

  async #add(): Promise<void> {
    const thread = new Worker(new URL("./thread.ts", import.meta.url));
    this.#threads.push(thread);
    const isReady = this.#ask(thread, () => {});
    // these stay for as long as the thread: nobody else looks after it between two forests
    thread.on("message", (said: Said) => this.#hear(thread, said));
    thread.on("error", (cause: Error) => this.#over(new MangroveError("MGV_KERNEL", `A thread of the training has failed: ${cause.message}.`, { cause })));
    thread.on("exit", (code: number) => this.#over(new MangroveError("MGV_KERNEL", `A thread of the training ended with code ${code}.`)));
    await isReady;
    this.#give(thread);
  }

  #ask(thread: Worker, onRound: Asked["onRound"]): Promise<Trained | null> {
    const { promise, resolve, reject } = Promise.withResolvers<Trained | null>();
    this.#asked.set(thread, { resolve, reject, onRound });
    return promise;
  }

  #hear(thread: Worker, said: Said): void {
    const asked = this.#asked.get(thread);
    if (said.kind === "ready") asked?.resolve(null);
    else if (said.kind === "trained") asked?.resolve(said.trained);
    else if (said.kind === "failed") asked?.reject(new MangroveError(said.code, said.message));
    else this.#tell(asked, said.report);
  }

  #tell(asked: Asked | undefined, report: RoundReport): void {
    try {
      asked?.onRound(report);
    } catch (thrown) {
      asked?.reject(thrown);
    }
  }

  async #next(): Promise<Worker> {
    if (this.#end) throw this.#end.reason;
    const thread = this.#idle.pop();
    if (thread) return thread;
    const waiting = Promise.withResolvers<Worker>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  /** To whoever waits for one. */
  #give(thread: Worker): void {
    this.#asked.delete(thread);
    const next = this.#waiting.shift();
    if (next) next.resolve(thread);
    else this.#idle.push(thread);
  }

  #over(reason: unknown): void {
    if (this.#end) return;
    this.#end = { reason };
    for (const thread of this.#threads) void thread.terminate();
    for (const { reject } of [...this.#asked.values(), ...this.#waiting.splice(0)]) reject(reason);
  }
}

interface Asked {
  resolve(given: Trained | null): void;
  reject(reason: unknown): void;
  readonly onRound: (report: RoundReport) => void;
}

function buffersOf({ learned, heldOut }: RowsToFit): ArrayBuffer[] {
  const arrays = [learned, heldOut].flatMap((rows) => (rows === null ? [] : [rows.features, rows.labels, rows.weights]));
  return [...new Set(arrays.flatMap((array) => (array?.buffer instanceof ArrayBuffer ? [array.buffer] : [])))];
}
