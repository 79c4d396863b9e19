import { MangroveError } from "../../errors.ts";

/** The layout is drawn in assembly/train/found.ts. */
export const FOUND_BYTES = 80;

const NO_FEATURE = 0xffffffff;

/*
 * What threads share while they train:
 *
 *   control   i32 times that all have met   i32 threads that wait to meet   i32 1 when the training is over   i32 1 when a thread has failed
 *   found     [2][threads][2] × FOUND_BYTES: what each has found in its features, in turns, so that nobody overwrites what another still reads
 */
const Control = { met: 0, waiting: 1, over: 2, failed: 3 } as const;

/** A thread that is not there after so long is dead: between two meetings lies one node's histogram. */
const LONGEST_STEP_MS = 60_000;

/** Looks before it sleeps: the others are there within microseconds as long as each has a processor. */
const LOOKS = 10_000;

export interface Board {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly found: Uint8Array<SharedArrayBuffer>;
  readonly threads: number;
}

export function makeBoard(threads: number): Board {
  return { control: new Int32Array(new SharedArrayBuffer(16)), found: new Uint8Array(new SharedArrayBuffer(4 * threads * FOUND_BYTES)), threads };
}

/** The training is over: whoever waits for another is told. */
export function endBoard({ control }: Board, how: "over" | "failed"): void {
  Atomics.store(control, Control[how], 1);
  Atomics.store(control, Control.over, 1);
  Atomics.notify(control, Control.met);
}

/** One thread's side of a training by several: each has looked for splits in its own features, and all go on with the best. */
export class Exchange {
  readonly thread: number;
  readonly threads: number;
  readonly #board: Board;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #turn = 0;

  constructor(board: Board, thread: number) {
    this.thread = thread;
    this.threads = board.threads;
    this.#board = board;
    this.#bytes = board.found;
    this.#view = new DataView(board.found.buffer);
  }

  /**
   * Puts the best that any thread has found in the place of what this one has: the highest score, and of equals the lowest feature, as one thread that looks at all of them in order.
   * `found`: of two nodes. Throws `MGV_KERNEL` when another thread failed or is gone, {@link TrainingOver} when the training has ended meanwhile.
   */
  agree(found: DataView): void {
    const own = new Uint8Array(found.buffer, found.byteOffset, found.byteLength);
    this.#bytes.set(own, this.#placeOf(this.thread, 0));
    this.#meet();
    for (const node of [0, 1]) {
      let best = this.#placeOf(0, node);
      for (let thread = 1; thread < this.threads; thread++) {
        const place = this.#placeOf(thread, node);
        if (this.#isBetter(place, best)) best = place;
      }
      own.set(this.#bytes.subarray(best, best + FOUND_BYTES), node * FOUND_BYTES);
    }
    this.#turn ^= 1;
  }

  #placeOf(thread: number, node: number): number {
    return ((this.#turn * this.threads + thread) * 2 + node) * FOUND_BYTES;
  }

  #isBetter(a: number, b: number): boolean {
    const [featureA, featureB] = [this.#view.getUint32(a + 32, true), this.#view.getUint32(b + 32, true)];
    if (featureA === NO_FEATURE || featureB === NO_FEATURE) return featureB === NO_FEATURE && featureA !== NO_FEATURE;
    const [scoreA, scoreB] = [this.#view.getFloat64(a, true), this.#view.getFloat64(b, true)];
    return scoreA > scoreB || (scoreA === scoreB && featureA < featureB);
  }

  /** Waits until all threads are here. */
  #meet(): void {
    const { control } = this.#board;
    const met = Atomics.load(control, Control.met);
    if (Atomics.add(control, Control.waiting, 1) === this.threads - 1) {
      Atomics.store(control, Control.waiting, 0);
      Atomics.add(control, Control.met, 1);
      Atomics.notify(control, Control.met);
      return;
    }
    for (let look = 0; look < LOOKS; look++) if (Atomics.load(control, Control.met) !== met) return;
    const since = performance.now();
    while (Atomics.load(control, Control.met) === met) {
      if (Atomics.load(control, Control.failed) === 1) throw new MangroveError("MGV_KERNEL", "A thread of the training failed: memory may be short. Train with fewer workers.");
      if (Atomics.load(control, Control.over) === 1) throw new TrainingOver();
      // the first thread leaves turns to the event loop between rounds, and others must be patient with it
      if (this.thread === 0 && performance.now() - since > LONGEST_STEP_MS) throw new MangroveError("MGV_KERNEL", `A thread of the training did not answer for ${LONGEST_STEP_MS / 1000} s. Train without workers.`);
      Atomics.wait(control, Control.met, met, 1000);
    }
  }
}

/** What a waiting thread throws when the others need it no more. */
export class TrainingOver extends Error {}
