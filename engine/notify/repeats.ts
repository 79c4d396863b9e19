import { raises, type Told } from "../task/hold-off.ts";
import { severityRank } from "../rules/evaluate.ts";
import { keyOf, type ToldAlert } from "./told-alert.ts";

/** Sensors and causes that are remembered, and alerts that were none. */
const MOST = 10_000;

/** Which alerts tell of nothing new: the same sensor and cause within the hold-off, by event time, and no graver. One that was none is none when it is read again: it may not have been told. */
export class Repeats {
  readonly #holdOffMs: number;
  readonly #told = new Map<string, Told>();
  /** Keys of alerts that were none. */
  readonly #raised = new Set<string>();

  constructor(holdOffMs: number) {
    this.#holdOffMs = holdOffMs;
  }

  /** Takes it in. */
  isOne(alert: ToldAlert): boolean {
    const { sensor_id: sensor, kind, cause, timestamp, severity } = alert;
    if (this.#holdOffMs === 0 || timestamp === null || this.#raised.has(keyOf(alert))) return false;
    const about = JSON.stringify([sensor, kind, cause]);
    const { raised, told } = raises(this.#told.get(about), Date.parse(timestamp), severityRank(severity), this.#holdOffMs);
    this.#told.delete(about);
    this.#told.set(about, told);
    if (raised) this.#raised.add(keyOf(alert));
    for (const each of [this.#told, this.#raised]) if (each.size > MOST) each.delete(each.keys().next().value!);
    return !raised;
  }
}
