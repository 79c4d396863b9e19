import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { MangroveError } from "../../errors.ts";
import type { Floats, ForestModel } from "../../model/forest.ts";
import { Control, makeBoard, takeChunks, type Board, type WorkerInput } from "./board.ts";

/** Below so many rows × trees it takes longer to wake the others than to do their share. */
const WORTH_SHARING = 1_000_000;

/** Threads that score rows beside the one that asks. Rows do not meet, so the bits do not depend on how many there are. */
export class WorkerPool implements Disposable {
  readonly #model: ForestModel;
  readonly #board: Board;
  readonly #workers: Worker[];
  readonly #ready: Promise<void>;
  #isReady = false;

  /** `threads` beside the caller's own. */
  constructor(model: ForestModel, threads: number) {
    this.#model = model;
    this.#board = makeBoard(model);
    const workerData: WorkerInput = { board: this.#board, model };
    this.#workers = Array.from({ length: threads }, () => new Worker(new URL("./worker.ts", import.meta.url), { workerData }));
    this.#ready = Promise.all(this.#workers.map(async (worker) => once(worker, "message"))).then(
      () => {
        for (const worker of this.#workers) worker.unref();
        this.#isReady = true;
      },
      (cause: unknown) => {
        throw new MangroveError("MGV_KERNEL", `A worker did not start: ${(cause as Error).message}.`, { cause });
      },
    );
    this.#ready.catch(() => {}); // told to those who ask
  }

  /** Resolves when all threads wait for work. Throws `MGV_KERNEL`. */
  ready(): Promise<void> {
    return this.#ready;
  }

  /** Whether a batch should go through {@link margins}: the threads are there, and it is large enough. */
  isFor(rows: number): boolean {
    return this.#isReady && rows * this.#model.trees.length > WORTH_SHARING;
  }

  /** Margins of all rows into `out`. Blocks until they are there; `score` scores the caller's own share. */
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
      takeChunks(this.#board, this.#model, score);
      for (let others = Atomics.load(control, Control.atWork); others > 0; others = Atomics.load(control, Control.atWork)) {
        Atomics.wait(control, Control.atWork, others, 100);
      }
      out.set(output.subarray(0, (last - first) * outputs), first * outputs);
    }
  }

  [Symbol.dispose](): void {
    Atomics.store(this.#board.control, Control.closed, 1);
    Atomics.notify(this.#board.control, Control.job);
    if (!this.#isReady) for (const worker of this.#workers) void worker.terminate();
    this.#isReady = false;
  }
}
