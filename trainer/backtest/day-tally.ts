import { dateOf } from "../../engine/history/days.ts";
import { raises, type Told } from "../../engine/task/hold-off.ts";

/** An alert that a model would have raised. */
export interface ToldAlert {
  readonly sensor: string;
  readonly timeMs: number;
}

/** Of one model. */
interface ModelTally {
  readonly alerts: number;
  /** That the other model raised none beside: within the hold-off, at the same sensor. */
  readonly alertsAlone: number;
  /** Readings it takes for the event. */
  readonly positives: number;
  /** Over labelled readings; null where F1 is not defined. */
  readonly f1: number | null;
}

export interface DayTally {
  /** UTC, as 2026-11-23. */
  readonly date: string;
  readonly readings: number;
  readonly labelled: number;
  readonly disagreements: number;
  readonly champion: ModelTally;
  readonly candidate: ModelTally;
}

interface Counts {
  readings: number;
  labelled: number;
  disagreements: number;
  readonly models: readonly [ModelCounts, ModelCounts];
}

interface ModelCounts {
  positives: number;
  hits: number;
  falsePositives: number;
  missed: number;
}

const DAY_MS = 86_400_000;

/** Counts, day by day, what two models make of the same readings. */
export class DayTallies {
  readonly #holdOffMs: number;
  readonly #days = new Map<number, Counts>();
  readonly #told: readonly [Map<string, Told>, Map<string, Told>] = [new Map(), new Map()];
  readonly #alerts: readonly [ToldAlert[], ToldAlert[]] = [[], []];

  constructor(holdOffMs: number) {
    this.#holdOffMs = holdOffMs;
  }

  /** In the order in which readings came. `label` is 0, 1, or NaN; `positive` what the champion and the candidate say. */
  add({ sensor, timeMs, label, positive }: { readonly sensor: string; readonly timeMs: number; readonly label: number; readonly positive: readonly [boolean, boolean] }): void {
    const day = Math.floor(timeMs / DAY_MS) * DAY_MS;
    let counts = this.#days.get(day);
    if (counts === undefined) this.#days.set(day, (counts = emptyCounts()));
    counts.readings++;
    if (positive[0] !== positive[1]) counts.disagreements++;
    if (!Number.isNaN(label)) counts.labelled++;
    for (const which of [0, 1] as const) {
      const model = counts.models[which];
      if (positive[which]) model.positives++;
      if (label === 1 && positive[which]) model.hits++;
      if (label === 1 && !positive[which]) model.missed++;
      if (label === 0 && positive[which]) model.falsePositives++;
      if (positive[which]) this.#raise(which, { sensor, timeMs });
    }
  }

  #raise(which: 0 | 1, alert: ToldAlert): void {
    const { raised, told } = raises(this.#told[which].get(alert.sensor), alert.timeMs, 0, this.#holdOffMs);
    this.#told[which].set(alert.sensor, told);
    if (raised) this.#alerts[which].push(alert);
  }

  /** The oldest day first. */
  days(): DayTally[] {
    const alone = [unmatched(this.#alerts[0], this.#alerts[1], this.#holdOffMs), unmatched(this.#alerts[1], this.#alerts[0], this.#holdOffMs)] as const;
    return [...this.#days].sort(([a], [b]) => a - b).map(([day, { readings, labelled, disagreements, models }]) => {
      const ofDay = (alerts: readonly ToldAlert[]) => alerts.filter(({ timeMs }) => timeMs >= day && timeMs < day + DAY_MS).length;
      const tally = (which: 0 | 1): ModelTally => ({ alerts: ofDay(this.#alerts[which]), alertsAlone: ofDay(alone[which]), positives: models[which].positives, f1: f1Of(models[which]) });
      return { date: dateOf(day), readings, labelled, disagreements, champion: tally(0), candidate: tally(1) };
    });
  }
}

function emptyCounts(): Counts {
  const model = (): ModelCounts => ({ positives: 0, hits: 0, falsePositives: 0, missed: 0 });
  return { readings: 0, labelled: 0, disagreements: 0, models: [model(), model()] };
}

function f1Of({ hits, falsePositives, missed }: ModelCounts): number | null {
  const all = 2 * hits + falsePositives + missed;
  return all === 0 ? null : (2 * hits) / all;
}

/** Those of `alerts` that no one of `others` is near to, at the same sensor. O(n log n). */
function unmatched(alerts: readonly ToldAlert[], others: readonly ToldAlert[], withinMs: number): ToldAlert[] {
  const times = Map.groupBy(others, ({ sensor }) => sensor);
  const sorted = new Map([...times].map(([sensor, of]) => [sensor, Float64Array.from(of, ({ timeMs }) => timeMs).sort()]));
  return alerts.filter(({ sensor, timeMs }) => {
    const near = sorted.get(sensor);
    if (near === undefined) return true;
    let [low, high] = [0, near.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (near[middle]! < timeMs - withinMs) low = middle + 1;
      else high = middle;
    }
    return !(low < near.length && near[low]! <= timeMs + withinMs);
  });
}
