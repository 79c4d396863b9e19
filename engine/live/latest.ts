/** As JSON, each in one line. */
export interface LiveSnapshot {
  /** Who listens after this event misses nothing. */
  readonly last: string;
  /** The latest prediction of each sensor that is known. */
  readonly predictions: readonly string[];
  /** The newest last. */
  readonly alerts: readonly string[];
  readonly deadLetters: readonly string[];
  /** Null before the first. */
  readonly stats: string | null;
}

/** Sensors whose latest prediction is held: of others nothing is, until some of these are forgotten. */
const MOST_SENSORS = 10_000;

/** What was told last, for those who come later. */
export class Latest {
  readonly #predictions = new Map<string, string>();
  readonly #alerts = new Newest(200);
  readonly #letters = new Newest(100);
  stats: string | null = null;

  prediction(sensor: string, data: string): void {
    if (this.#predictions.size < MOST_SENSORS || this.#predictions.has(sensor)) this.#predictions.set(sensor, data);
  }

  alert(data: string): void {
    this.#alerts.add(data);
  }

  letter(data: string): void {
    this.#letters.add(data);
  }

  /** Nobody listens any more: what changes all the time would soon be wrong. */
  forgetPredictions(): void {
    this.#predictions.clear();
    this.stats = null;
  }

  snapshot(last: string): LiveSnapshot {
    return { last, predictions: [...this.#predictions.values()], alerts: this.#alerts.all, deadLetters: this.#letters.all, stats: this.stats };
  }
}

class Newest {
  readonly #most: number;
  readonly all: string[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  add(text: string): void {
    this.all.push(text);
    if (this.all.length > this.#most) this.all.shift();
  }
}
