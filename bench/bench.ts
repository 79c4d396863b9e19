import type { Result } from "./measure.ts";

/** What one run took. */
export interface Sample {
  readonly ms: number;
  /** CPU time of the thread that it was called on, where that counts and the runtime tells it. */
  readonly mainThreadMs?: number;
  /** On rows that were held out, where the run trained a model. */
  readonly logloss?: number;
  /** The most memory that the process has had so far, where that is asked. */
  readonly peakMiB?: number;
}

/** Something that can be timed, again and again, in one process. */
export interface Contestant {
  readonly name: string;
  /** What the others are compared with. */
  readonly peer: boolean;
  run(): Promise<Sample>;
}

/** A program of `peers/` that times another library on the same data. */
interface Peer {
  readonly name: string;
  readonly script: string;
  /** The Python modules that it needs, as an import names them. */
  readonly module: string;
  /** What the program is given after the folder. */
  readonly arguments?: readonly string[];
}

/** A question, and all who are to answer it. */
export interface Bench {
  readonly name: string;
  readonly title: string;
  /** What a reader must know beside the figures. */
  readonly notes: readonly string[];
  readonly unit: string;
  /** What is shown of a run of `ms`. */
  figure(ms: number): number;
  /** A picture of the result, as SVG, which is kept beside it. */
  chart?(result: Result): string;
  readonly peers: readonly Peer[];
  /** Writes what all contestants read, on whatever runtime, into the folder. */
  prepare(folder: string): Promise<void>;
  /** The contestants of this runtime. Throws when their results are not those of their peers. */
  open(folder: string): Promise<readonly Contestant[]>;
}

/** Milliseconds of `work`, and what it gave. */
export async function timed<Result>(work: () => Result | Promise<Result>): Promise<{ ms: number; result: Result }> {
  const startedMs = performance.now();
  const result = await work();
  return { ms: performance.now() - startedMs, result };
}
