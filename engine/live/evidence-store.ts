import type { Evidence } from "../task/evidence.ts";

/** What stood behind the newest alerts of this process, for those who ask why. */
export class EvidenceStore {
  readonly #most: number;
  readonly #held = new Map<string, Evidence>();

  constructor({ most = 200 }: { most?: number } = {}) {
    this.#most = most;
  }

  add(evidence: readonly Evidence[]): void {
    for (const each of evidence.slice(-this.#most)) {
      this.#held.delete(each.alertId); // an alert that comes again after a crash is the newest
      this.#held.set(each.alertId, each);
    }
    for (const id of this.#held.keys()) {
      if (this.#held.size <= this.#most) break;
      this.#held.delete(id);
    }
  }

  /** Null where it is not held, or no more. */
  of(alertId: string): Evidence | null {
    return this.#held.get(alertId) ?? null;
  }
}
