import type { Finding } from "../compare.ts";

interface Queue {
  readonly waiting: string[];
  /** Texts before it have met theirs. */
  next: number;
  /** Whose they are: what must be, or what is. */
  isExpected: boolean;
  /** Findings that were told of it. */
  told: number;
}

/** Where the order is broken everything after that would be told too. */
const TOLD_OF_A_QUEUE = 1;
const COMPACT_AT = 1024;

/**
 * Two streams that must say the same: what must be and what is, by kinds and keys, each in its order. Either may be ahead; only what has not met its counterpart is held. Constant time a text.
 *
 *     expected   a b c d e ┄┄┄
 *     actual     a b c         d and e wait
 */
export class Pairs {
  readonly findings: Finding[] = [];
  met = 0;
  readonly #kinds = new Map<string, Map<string | null, Queue>>();
  #waiting = 0;

  expect(kind: string, key: string | null, text: string): void {
    this.#take(kind, key, text, true);
  }

  see(kind: string, key: string | null, text: string): void {
    this.#take(kind, key, text, false);
  }

  /** Texts that have not met theirs. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Nothing comes any more: what still waits is lost, or is there for no reason. */
  end(): readonly Finding[] {
    for (const [kind, queues] of this.#kinds) {
      for (const [key, { waiting, next, isExpected }] of queues) {
        const left = waiting.length - next;
        if (left > 0) this.findings.push({ what: isExpected ? "lost" : "extra", sentence: `${kind} of ${key}: ${isExpected ? "lacks" : "has too many:"} ${left}, the first ${waiting[next]}` });
      }
    }
    return this.findings;
  }

  #take(kind: string, key: string | null, text: string, isExpected: boolean): void {
    const queue = this.#queueOf(kind, key);
    if (queue.next === queue.waiting.length) {
      queue.waiting.length = queue.next = 0;
      queue.isExpected = isExpected;
    }
    if (queue.isExpected === isExpected) {
      queue.waiting.push(text);
      this.#waiting++;
      return;
    }
    const other = queue.waiting[queue.next++]!;
    this.#waiting--;
    if (queue.next === COMPACT_AT) {
      queue.waiting.splice(0, queue.next);
      queue.next = 0;
    }
    if (text === other) this.met++;
    else if (++queue.told <= TOLD_OF_A_QUEUE) this.findings.push({ what: "changed", sentence: `${kind} of ${key}: ${isExpected ? other : text} stands where ${isExpected ? text : other} must` });
  }

  #queueOf(kind: string, key: string | null): Queue {
    let queues = this.#kinds.get(kind);
    if (queues === undefined) this.#kinds.set(kind, (queues = new Map()));
    let queue = queues.get(key);
    if (queue === undefined) queues.set(key, (queue = { waiting: [], next: 0, isExpected: true, told: 0 }));
    return queue;
  }
}
