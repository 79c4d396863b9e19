import { raises, type Told } from "../task/hold-off.ts";
import { severityRank } from "../rules/evaluate.ts";
import type { ToldAlert } from "./told-alert.ts";

/** Sensors and causes that are remembered. */
const MOST = 10_000;

/** Which alerts tell of nothing new: the same sensor and cause within the hold-off, by event time, and no graver. */
export class Repeats {
  readonly #holdOffMs: number;
  readonly #told = new Map<string, Told>();

  constructor(holdOffMs: number) {
    this.#holdOffMs = holdOffMs;
  }

  /** Takes it in. */
  isOne({ sensor_id: sensor, kind, cause, timestamp, severity }: ToldAlert): boolean {
    if (this.#holdOffMs === 0 || timestamp === null) return false;
    const key = JSON.stringify([sensor, kind, cause]);
    const { raised, told } = raises(this.#told.get(key), Date.parse(timestamp), severityRank(severity), this.#holdOffMs);
    this.#told.delete(key);
    this.#told.set(key, told);
    if (this.#told.size > MOST) this.#told.delete(this.#told.keys().next().value!);
    return !raised;
  }
}
