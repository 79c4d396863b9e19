import type { Floats, ForestModel } from "../../model/forest.ts";

/*
 * Memory that the threads of a pool share. A job is one part of a batch; threads take chunks of its rows until none is left.
 *
 *   control   i32 job (counts up)   i32 rows   i32 next chunk   i32 threads still at work   i32 chunks that workers have scored
 *             i32 1 when the pool is closed   i32 1 when a worker has failed
 *   input     [rows][features], in the family's width
 *   output    [rows][outputs] margins
 */

export const Control = { job: 0, rows: 1, next: 2, atWork: 3, scored: 4, closed: 5, failed: 6 } as const;

const CONTROLS = 7;

/** Rows that a thread takes at a time, at most. */
const CHUNK = 2048;

/** Numbers of input, or of output, in one job, about. */
const JOB_NUMBERS = 1 << 20;

export interface Board {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly input: Floats;
  readonly output: Floats;
  /** Rows that fit into a job. */
  readonly rows: number;
  /** Rows that a thread takes at a time. */
  readonly chunk: number;
}

/** What a thread of the pool is given at its start. */
export interface WorkerInput {
  readonly board: Board;
  readonly model: ForestModel;
}

export function makeBoard({ family, featureCount, outputs }: ForestModel): Board {
  const rows = Math.max(1, Math.floor(JOB_NUMBERS / Math.max(featureCount, outputs)));
  const shared = (length: number) =>
    family === "xgboost" ? new Float32Array(new SharedArrayBuffer(length * 4)) : new Float64Array(new SharedArrayBuffer(length * 8));
  return { control: new Int32Array(new SharedArrayBuffer(CONTROLS * 4)), input: shared(rows * featureCount), output: shared(rows * outputs), rows, chunk: Math.min(CHUNK, rows) };
}

/** Scores chunks of the job until none is left; `onChunk` is called after each. */
export function takeChunks({ control, input, output, chunk }: Board, { featureCount, outputs }: ForestModel, score: (rows: Floats, out: Floats) => void, onChunk = () => {}): void {
  const rows = control[Control.rows]!;
  for (;;) {
    const first = Atomics.add(control, Control.next, 1) * chunk;
    if (first >= rows) return;
    const last = Math.min(first + chunk, rows);
    score(input.subarray(first * featureCount, last * featureCount), output.subarray(first * outputs, last * outputs));
    onChunk();
  }
}
