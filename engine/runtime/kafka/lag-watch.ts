import type { Metrics } from "../../monitoring/metrics.ts";
import type { KafkaPartitions } from "./partitions.ts";

/** How often the broker is asked. */
const EVERY_MS = 5000;

/** Tells how far the partitions that are being read are behind their ends. The broker is asked apart from fetches, which stop where a task is slow. */
export class LagWatch implements Disposable {
  readonly #input: KafkaPartitions;
  readonly #metrics: Metrics;
  readonly #timer: NodeJS.Timeout;
  #told = new Set<number>();
  #isAsking = false;
  #isOver = false;

  constructor(input: KafkaPartitions, metrics: Metrics) {
    this.#input = input;
    this.#metrics = metrics;
    this.#timer = setInterval(() => void this.#tell(), EVERY_MS).unref();
  }

  /** A broker that is away is asked again. */
  async #tell(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const lags = await this.#input.lags().catch(() => null);
    this.#isAsking = false;
    if (lags && !this.#isOver) this.#set(lags);
  }

  #set(lags: ReadonlyMap<number, number>): void {
    const { topic } = this.#input;
    for (const partition of this.#told) if (!lags.has(partition)) this.#metrics.lag(topic, partition, null);
    for (const [partition, records] of lags) this.#metrics.lag(topic, partition, records);
    this.#told = new Set(lags.keys());
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#set(new Map());
  }
}
