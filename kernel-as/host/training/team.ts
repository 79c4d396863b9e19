import { Worker } from "node:worker_threads";
import { MangroveError } from "../../errors.ts";
import type { TrainingInput } from "../../model/training.ts";
import { endBoard, Exchange, makeBoard, type Board } from "./exchange.ts";

/** What a thread is given at its start. */
export interface TeamInput {
  readonly board: Board;
  readonly thread: number;
  readonly input: TrainingInput;
  readonly baseScore: number;
}

/** Threads that train beside the caller's: each looks for splits in some of the features, and all grow the same trees. */
export class Team implements Disposable {
  /** The caller's own side. */
  readonly exchange: Exchange;
  readonly #board: Board;
  readonly #workers: readonly Worker[];

  private constructor(board: Board, workers: readonly Worker[]) {
    this.exchange = new Exchange(board, 0);
    this.#board = board;
    this.#workers = workers;
  }

  /** `threads` in all, the caller's among them. Resolves when all have binned their rows. Throws `MGV_KERNEL` when one does not start. */
  static async start(threads: number, given: TrainingInput, baseScore: number): Promise<Team> {
    const board = makeBoard(threads);
    const input: TrainingInput = { ...given, features: shared(given.features), validation: null };
    const workers = Array.from({ length: threads - 1 }, (_, i) => {
      const workerData: TeamInput = { board, thread: i + 1, input, baseScore };
      return new Worker(new URL("./worker.ts", import.meta.url), { workerData });
    });
    const team = new Team(board, workers);
    try {
      await Promise.all(workers.map((worker) => started(worker, board)));
      return team;
    } catch (cause) {
      team[Symbol.dispose]();
      throw new MangroveError("MGV_KERNEL", `A thread of the training did not start: ${(cause as Error).message}.`, { cause });
    }
  }

  [Symbol.dispose](): void {
    endBoard(this.#board, "over");
    for (const worker of this.#workers) void worker.terminate();
  }
}

async function started(worker: Worker, board: Board): Promise<void> {
  await new Promise<unknown>((resolve, reject) => {
    worker.once("message", resolve);
    worker.on("error", (cause) => (endBoard(board, "failed"), reject(cause)));
    worker.on("exit", (code) => reject(new Error(`it ended with code ${code}`)));
  });
}

/** The same numbers where all threads can read them. */
function shared(features: Float32Array): Float32Array {
  if (features.buffer instanceof SharedArrayBuffer) return features;
  const copy = new Float32Array(new SharedArrayBuffer(features.byteLength));
  copy.set(features);
  return copy;
}
