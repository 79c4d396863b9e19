import type { FromMember } from "./messages.ts";

interface Options {
  readonly drainBudgetMs: number;
  readonly post: (message: FromMember) => void;
  /** A drain has ended: the group may be told. */
  readonly onDrained: () => void;
}

/** What the member has of the group's partitions, and what its owner is still draining. */
export class Holding {
  readonly #options: Options;
  readonly #held = new Set<number>();
  readonly #drains = new Map<number, { readonly partitions: readonly number[]; readonly timer: NodeJS.Timeout }>();
  #lastDrain = 0;
  #isLeaving = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Those that are being drained among them. */
  get held(): readonly number[] {
    return [...this.#held];
  }

  get isDraining(): boolean {
    return this.#drains.size > 0;
  }

  assign(partitions: readonly number[]): void {
    const added = partitions.filter((partition) => !this.#held.has(partition));
    if (this.#isLeaving || added.length === 0) return;
    for (const partition of added) this.#held.add(partition);
    this.#options.post({ kind: "assigned", partitions: added });
  }

  /** The partitions stay held until the owner has answered, or its time is up. */
  revoke(partitions: readonly number[]): void {
    const underWay = new Set([...this.#drains.values()].flatMap((drain) => drain.partitions));
    const taken = partitions.filter((partition) => this.#held.has(partition) && !underWay.has(partition));
    if (taken.length === 0) return;
    const drain = ++this.#lastDrain;
    const timer = setTimeout(() => this.drained(drain), this.#options.drainBudgetMs);
    this.#drains.set(drain, { partitions: taken, timer });
    this.#options.post({ kind: "revoked", partitions: taken, drain });
  }

  drained(drain: number): void {
    const ended = this.#drains.get(drain);
    if (ended === undefined) return; // its time was up, or all was lost
    clearTimeout(ended.timer);
    this.#drains.delete(drain);
    for (const partition of ended.partitions) this.#held.delete(partition);
    this.#options.onDrained();
  }

  lose(): void {
    const partitions = this.held;
    for (const { timer } of this.#drains.values()) clearTimeout(timer);
    this.#drains.clear();
    this.#held.clear();
    if (partitions.length > 0) this.#options.post({ kind: "lost", partitions });
  }

  /** Revokes everything, and takes nothing any more. */
  leave(): void {
    this.#isLeaving = true;
    this.revoke(this.held);
  }
}
