import type { Task } from "../task/task.ts";
import type { TakenSnapshot } from "./task-log.ts";

export interface SnapshotPolicy {
  /** A snapshot is taken with the first commit after this long. */
  readonly intervalMs: number;
}

/** A chain is begun anew when its changes are this many times as large as its beginning, or this many. */
const CHANGES_TO_WHOLE = 2;
const LONGEST_CHAIN = 64;

/** Decides when a snapshot is taken, and whether it goes on with its chain. */
export class SnapshotPlan {
  readonly #policy: SnapshotPolicy;
  #takenMs = performance.now();
  #takenOffset = -1;
  #takenEntry = -1;
  #wholeBytes = 0;
  #changedBytes = 0;
  #isKept = false;

  constructor(policy: SnapshotPolicy) {
    this.#policy = policy;
  }

  /** A snapshot was kept since the last commit, which therefore does not tell of it. */
  get isKept(): boolean {
    return this.#isKept;
  }

  restored(chain: readonly Uint8Array[]): void {
    this.#wholeBytes = chain[0]?.length ?? 0;
    this.#changedBytes = chain.slice(1).reduce((sum, { length }) => sum + length, 0);
  }

  /** The next commit has one, whatever the policy: what the last one named is good for nothing. */
  hurry(): void {
    this.#takenMs = -Infinity;
  }

  /** The state as it is now, if it is time, or `isLast`, and it has changed. */
  take(task: Task, nextOffset: number, { isLast }: { isLast: boolean }): TakenSnapshot | null {
    const nowMs = performance.now();
    if (!isLast && nowMs - this.#takenMs < this.#policy.intervalMs) return null;
    this.#takenMs = nowMs;
    if (nextOffset === this.#takenOffset && task.nextEntry === this.#takenEntry) return null;
    const isWhole = task.sequence >= LONGEST_CHAIN || this.#changedBytes > CHANGES_TO_WHOLE * this.#wholeBytes;
    const bytes = task.snapshot({ isWhole });
    const sequence = task.sequence - 1;
    if (sequence === 0) [this.#wholeBytes, this.#changedBytes] = [bytes.length, 0];
    else this.#changedBytes += bytes.length;
    [this.#takenOffset, this.#takenEntry] = [nextOffset, task.nextEntry];
    return { bytes, sequence, nextOffset, nextEntry: task.nextEntry };
  }

  kept(): void {
    this.#isKept = true;
  }

  committed(): void {
    this.#isKept = false;
  }
}
