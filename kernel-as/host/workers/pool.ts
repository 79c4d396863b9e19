import { Worker } from "node:worker_threads";
import { MangroveError } from "../../errors.ts";
import type { Floats, ForestModel } from "../../model/forest.ts";
import { Control, makeBoard, takeChunks, type Board, type WorkerInput } from "./board.ts";

/** Rows × trees below which it takes longer to wake the others than to do their share. */
const WORTH_SHARING = 1_000_000;

/** A worker that has scored nothing for so long is dead: a chunk takes milliseconds. */
const LONGEST_CHUNK_MS = 30_000;

/** Threads that score rows beside the one that asks. Rows do not meet, so the bits do not depend on how many there are. */
export class WorkerPool implements Disposable {
  readonly #model: ForestModel;
  readonly #board: Board;
  readonly #workers: Worker[];
  readonly #ready: Promise<void>;
  #state: "starting" | "ready" | "over" = "starting";

  /** `threads` beside the caller's own. */
  constructor(model: ForestModel, threads: number) {
    this.#model = model;
    this.#board = makeBoard(model);
    const workerData: WorkerInput = { board: this.#board, model };
    this.#workers = Array.from({ length: threads }, () => new Worker(new URL("./worker.ts", import.meta.url), { workerData }));
    this.#ready = this.#start();
    this.#ready.catch(() => {}); // told to those who ask
  }

  async #start(): Promise<void> {
    try {
      await Promise.all(this.#workers.map((worker) => this.#started(worker)));
    } catch (cause) {
      if (this.#state === "over") return;
      this.#end();
      throw new MangroveError("MGV_KERNEL", `A worker did not start: ${(cause as Error).message}.`, { cause });
    }
    if (this.#state === "over") return;
    for (const worker of this.#workers) worker.unref();
    this.#state = "ready";
  }

  async #started(worker: Worker): Promise<void> {
    await new Promise<unknown>((resolve, reject) => {
      worker.once("message", resolve);
      // these stay for later: whatever ends one worker ends the pool, and the caller scores alone
      worker.on("error", (cause) => (this.#end(), reject(cause)));
      worker.on("exit", (code) => (this.#end(), reject(new Error(`it ended with code ${code}`))));
    });
  }

  /** Resolves when all threads wait for work, or the pool is closed. Throws `MGV_KERNEL`. */
  ready(): Promise<void> {
    return this.#ready;
  }

  /** Whether a batch should go through {@link margins}: the threads are there, and it is large enough. */
  isFor(rows: number): boolean {
    return this.#state === "ready" && rows * this.#model.trees.length > WORTH_SHARING;
  }

  /** Margins of all rows into `out`. Blocks until they are there; `score` scores the caller's own share. Throws `MGV_KERNEL` when a worker fails, and what `score` throws. */
  margins(rows: Floats, out: Floats, score: (rows: Floats, out: Floats) => void): void {
    const { featureCount, outputs } = this.#model;
    const { control, input, output } = this.#board;
    const count = rows.length / featureCount;
    for (let first = 0; first < count; first += this.#board.rows) {
      const last = Math.min(first + this.#board.rows, count);
      input.set(rows.subarray(first * featureCount, last * featureCount));
      control[Control.rows] = last - first;
      Atomics.store(control, Control.next, 0);
      Atomics.store(control, Control.atWork, this.#workers.length);
      Atomics.add(control, Control.job, 1);
      Atomics.notify(control, Control.job);
      try {
        takeChunks(this.#board, this.#model, score);
      } finally {
        this.#waitForWorkers();
      }
      out.set(output.subarray(0, (last - first) * outputs), first * outputs);
    }
  }

  #waitForWorkers(): void {
    const { control } = this.#board;
    let scored = -1;
    let since = 0;
    for (let atWork = Atomics.load(control, Control.atWork); atWork > 0; atWork = Atomics.load(control, Control.atWork)) {
      Atomics.wait(control, Control.atWork, atWork, 100);
      const now = performance.now();
      if (Atomics.load(control, Control.scored) === scored && now - since > LONGEST_CHUNK_MS) this.#fail(`did not answer for ${LONGEST_CHUNK_MS / 1000} s`);
      if (Atomics.load(control, Control.scored) !== scored) since = now;
      scored = Atomics.load(control, Control.scored);
    }
    if (Atomics.load(control, Control.failed) === 1) this.#fail("could not score its rows: memory may be short");
  }

  #fail(why: string): never {
    this.#end();
    throw new MangroveError("MGV_KERNEL", `A worker ${why}. The next call is scored without workers.`);
  }

  #end(): void {
    this.#state = "over";
    for (const worker of this.#workers) void worker.terminate();
  }

  [Symbol.dispose](): void {
    const wasReady = this.#state === "ready";
    this.#state = "over";
    const { control } = this.#board;
    Atomics.store(control, Control.closed, 1);
    Atomics.add(control, Control.job, 1); // one that is about to wait for this number does not
    Atomics.notify(control, Control.job);
    if (!wasReady) this.#end();
  }
}
