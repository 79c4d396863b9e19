import type { DeskEntry, DeskLog } from "./desk-entry.ts";
import { keyOf, type ToldAlert } from "./told-alert.ts";

/** Alerts that are remembered, the newest; and of how many it is remembered what has become of them. */
const MOST_ALERTS = 1000;
const MOST_FATES = 10_000;

interface Acknowledgement {
  readonly by: string;
  readonly note: string | null;
  /** ISO 8601. */
  readonly timestamp: string;
}

export interface DeskAlert extends ToldAlert {
  readonly state: "open" | "acknowledged";
  readonly acknowledged: Acknowledgement | null;
  /** How many routes have told of it, gave up, or are about it in this process. */
  readonly notifications: { readonly delivered: number; readonly failed: number; readonly pending: number };
}

interface Fate {
  acknowledged: Acknowledgement | null;
  readonly routes: Map<string, "delivered" | "failed">;
  pending: number;
}

/** The newest alerts, and what has become of them. An entry may come before its alert. */
export class AlertDesk {
  readonly #now: () => number;
  readonly #log: DeskLog;
  /** By their ids, in the order in which they came, which is that of the map. */
  readonly #alerts = new Map<string, ToldAlert>();
  /** By keys of alerts. */
  readonly #fates = new Map<string, Fate>();

  /** `now`: epoch ms. */
  constructor({ log, now }: { readonly log: DeskLog; readonly now: () => number }) {
    this.#log = log;
    this.#now = now;
  }

  /** How many of the alerts that are remembered nobody has acknowledged. */
  get open(): number {
    let open = 0;
    for (const alert of this.#alerts.values()) if (!this.isAcknowledged(alert)) open++;
    return open;
  }

  /** Takes in what is kept, and what others do. */
  async follow(): Promise<void> {
    await this.#log.follow((entry) => this.#take(entry));
  }

  /** One that is there already stays where it is; another one of its id takes its place. */
  add(alert: ToldAlert): void {
    const before = this.#alerts.get(alert.id);
    if (before && keyOf(before) === keyOf(alert)) return;
    this.#alerts.delete(alert.id);
    this.#alerts.set(alert.id, alert);
    if (this.#alerts.size > MOST_ALERTS) this.#alerts.delete(this.#alerts.keys().next().value!);
  }

  /** The newest first. */
  list(limit: number): DeskAlert[] {
    return [...this.#alerts.values()].slice(-limit).toReversed().map((alert) => this.#withFate(alert));
  }

  /** Of the first one who does. Null for an alert that is not remembered. Throws where it cannot be kept. */
  async acknowledge(id: string, { by, note }: { readonly by: string; readonly note: string | null }): Promise<DeskAlert | null> {
    const alert = this.#alerts.get(id);
    if (!alert) return null;
    if (!this.isAcknowledged(alert)) await this.#append({ kind: "acknowledged", key: keyOf(alert), by, note, time: this.#time() });
    return this.#withFate(alert);
  }

  isAcknowledged(alert: ToldAlert): boolean {
    return (this.#fates.get(keyOf(alert))?.acknowledged ?? null) !== null;
  }

  /** A route is about to tell of it. */
  notifying(alert: ToldAlert): void {
    this.#fateOf(keyOf(alert)).pending++;
  }

  /** A route is done with it; null: it stops, and another will begin again. Throws where that cannot be kept. */
  async notified(alert: ToldAlert, route: string, outcome: "delivered" | "failed" | null): Promise<void> {
    const key = keyOf(alert);
    const fate = this.#fateOf(key);
    fate.pending = Math.max(0, fate.pending - 1);
    if (outcome) await this.#append({ kind: "notified", key, route, outcome, time: this.#time() });
  }

  async #append(entry: DeskEntry): Promise<void> {
    await this.#log.append(entry);
    this.#take(entry);
  }

  /** The same entry may come twice. */
  #take(entry: DeskEntry): void {
    const fate = this.#fateOf(entry.key);
    if (entry.kind === "notified") fate.routes.set(entry.route, entry.outcome);
    else fate.acknowledged ??= { by: entry.by, note: entry.note, timestamp: entry.time };
  }

  #fateOf(key: string): Fate {
    let fate = this.#fates.get(key);
    if (fate) return fate;
    this.#fates.set(key, (fate = { acknowledged: null, routes: new Map(), pending: 0 }));
    if (this.#fates.size > MOST_FATES) this.#fates.delete(this.#fates.keys().next().value!);
    return fate;
  }

  #withFate(alert: ToldAlert): DeskAlert {
    const { acknowledged = null, routes = new Map<string, string>(), pending = 0 } = this.#fates.get(keyOf(alert)) ?? {};
    const outcomes = [...routes.values()];
    const count = (outcome: string) => outcomes.filter((each) => each === outcome).length;
    return { ...alert, state: acknowledged ? "acknowledged" : "open", acknowledged, notifications: { delivered: count("delivered"), failed: count("failed"), pending } };
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}
