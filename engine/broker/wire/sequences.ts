/** The numbers by which a broker knows a producer's records, for each partition from 0 on. */
export class Sequences {
  readonly #next = new Map<string, number>();

  /** The first of `count` numbers. */
  take(topic: string, partition: number, count: number): number {
    const key = `${topic}/${partition}`;
    const first = this.#next.get(key) ?? 0;
    this.#next.set(key, (first + count) % 2 ** 31);
    return first;
  }

  clear(): void {
    this.#next.clear();
  }
}
