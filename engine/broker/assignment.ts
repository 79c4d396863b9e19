/**
 * The partitions that one group member holds, and the next offset of each. A partition that stays with the member
 * across a rebalance keeps its place; one that is new, or held by a new member id, starts where the group left off.
 */
export class Assignment {
  #member: string | null = null;
  #held: readonly number[] = [];
  #version = 0;
  readonly #next = new Map<number, number>();
  /** Where the member's present holding of each settled partition began. */
  readonly #starts = new Map<number, number>();

  get member(): string | null {
    return this.#member;
  }

  /** Rises with every rebalance. */
  get version(): number {
    return this.#version;
  }

  get held(): readonly number[] {
    return this.#held;
  }

  /** The settled partitions: those whose next offset is known. */
  get positions(): ReadonlyMap<number, number> {
    return this.#next;
  }

  /** Every held partition; 0 where the next offset is not yet known. */
  get reached(): ReadonlyMap<number, number> {
    return new Map(this.#held.map((partition) => [partition, this.#next.get(partition) ?? 0]));
  }

  holds(partition: number): boolean {
    return this.#held.includes(partition);
  }

  /**
   * Whether an offset is this holding's to store. One from before it is not: while the partition was away another member may have
   * stored more, and the group would go back.
   */
  mayStore(partition: number, nextOffset: number): boolean {
    return this.holds(partition) && nextOffset >= (this.#starts.get(partition) ?? Infinity);
  }

  change(member: string | null, partitions: readonly number[]): void {
    for (const known of [this.#next, this.#starts]) {
      if (member !== this.#member) known.clear();
      for (const partition of known.keys()) if (!partitions.includes(partition)) known.delete(partition);
    }
    this.#member = member;
    this.#held = [...partitions];
    this.#version += 1;
  }

  /** Asks `starts` for the offsets of the held partitions that have none. */
  async settle(starts: (partitions: readonly number[]) => Promise<ReadonlyMap<number, number>>): Promise<void> {
    for (;;) {
      const open = this.#held.filter((partition) => !this.#next.has(partition));
      if (open.length === 0) return;
      const version = this.#version;
      const found = await starts(open);
      if (version !== this.#version) continue;
      for (const partition of open) {
        this.#next.set(partition, found.get(partition) ?? 0);
        if (!this.#starts.has(partition)) this.#starts.set(partition, found.get(partition) ?? 0);
      }
    }
  }

  pass(partition: number, next: number): void {
    if (this.#next.has(partition)) this.#next.set(partition, next);
  }

  /** The next {@link settle} asks for this partition's offset again. */
  forget(partition: number): void {
    this.#next.delete(partition);
  }
}
