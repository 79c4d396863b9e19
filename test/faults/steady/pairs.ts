import type { Finding } from "../compare.ts";

interface Queue {
  readonly waiting: string[];
  /** Texts before it have met theirs. */
  next: number;
  /** Whose they are: what must be, or what is. */
  isExpected: boolean;
}

/** Of a group whose order is broken everything after that would be told too. */
const TOLD_OF_A_GROUP = 1;
const COMPACT_AT = 1024;

/**
 * Two streams that must say the same: what must be and what is, by groups, each in its order. Either may be ahead; only what has not met its counterpart is held. Constant time a text.
 *
 *     expected   a b c d e ┄┄┄
 *     actual     a b c         d and e wait
 */
export class Pairs {
  readonly findings: Finding[] = [];
  met = 0;
  readonly #groups = new Map<string, Queue>();
  readonly #broken = new Map<string, number>();
  #waiting = 0;

  expect(group: string, text: string): void {
    this.#take(group, text, true);
  }

  see(group: string, text: string): void {
    this.#take(group, text, false);
  }

  /** Texts that have not met theirs. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Nothing comes any more: what still waits is lost, or is there for no reason. */
  end(): readonly Finding[] {
    for (const [group, { waiting, next, isExpected }] of this.#groups) {
      const left = waiting.length - next;
      if (left > 0) this.findings.push({ what: isExpected ? "lost" : "extra", sentence: `${group}: ${isExpected ? "lacks" : "has too many:"} ${left}, the first ${waiting[next]}` });
    }
    return this.findings;
  }

  #take(group: string, text: string, isExpected: boolean): void {
    const queue = this.#groups.get(group) ?? { waiting: [], next: 0, isExpected };
    this.#groups.set(group, queue);
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
    else this.#differ(group, isExpected ? { is: other, must: text } : { is: text, must: other });
  }

  #differ(group: string, { is, must }: { is: string; must: string }): void {
    const told = (this.#broken.get(group) ?? 0) + 1;
    this.#broken.set(group, told);
    if (told <= TOLD_OF_A_GROUP) this.findings.push({ what: "changed", sentence: `${group}: ${is} stands where ${must} must` });
  }
}
