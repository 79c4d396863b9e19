import type { Registry } from "prom-client";
import { addComputed, type ComputedValue } from "./computed-metric.ts";

interface Request {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

interface Route {
  readonly method: string;
  readonly route: string;
  /** By status. */
  readonly counts: Map<number, number>;
  /** Of each bucket alone, the last one for what is longer than all. */
  readonly buckets: Float64Array;
  seconds: number;
}

interface Options {
  /** Of all metrics: `_requests_total`, `_request_duration_seconds` and `_requests_in_progress` follow. */
  readonly prefix: string;
  /** Upper bounds, rising. */
  readonly bucketSeconds: readonly number[];
  readonly help: { readonly requests: string; readonly seconds: string; readonly inProgress: string };
}

/** Counts and times HTTP requests for prom-client to tell of. Counters of its own look labels up at each count, which costs a small request more than any other of its steps. */
export class RequestMetrics {
  readonly #bucketSeconds: readonly number[];
  readonly #routes = new Map<string, Route>();
  #inProgress = 0;

  constructor(registry: Registry, { prefix, bucketSeconds, help }: Options) {
    this.#bucketSeconds = bucketSeconds;
    const times = `${prefix}_request_duration_seconds`;
    addComputed(registry, { name: `${prefix}_requests_total`, type: "counter", help: help.requests, values: () => this.#counts() });
    addComputed(registry, { name: `${prefix}_requests_in_progress`, type: "gauge", help: help.inProgress, values: () => [{ labels: {}, value: this.#inProgress }] });
    addComputed(registry, { name: times, type: "histogram", help: help.seconds, values: () => [...this.#routes.values()].flatMap((route) => this.#times(times, route)) });
  }

  inProgress(change: 1 | -1): void {
    this.#inProgress += change;
  }

  count({ method, route, status, seconds }: Request): void {
    const key = `${method} ${route}`;
    let counted = this.#routes.get(key);
    if (!counted) this.#routes.set(key, (counted = { method, route, counts: new Map(), buckets: new Float64Array(this.#bucketSeconds.length + 1), seconds: 0 }));
    counted.counts.set(status, (counted.counts.get(status) ?? 0) + 1);
    counted.seconds += seconds;
    let bucket = 0;
    while (bucket < this.#bucketSeconds.length && seconds > this.#bucketSeconds[bucket]!) bucket++;
    counted.buckets[bucket]!++;
  }

  #counts(): ComputedValue[] {
    return [...this.#routes.values()].flatMap(({ method, route, counts }) => [...counts].map(([status, value]) => ({ labels: { method, route, status: String(status) }, value })));
  }

  #times(name: string, { method, route, buckets, seconds }: Route): ComputedValue[] {
    let sum = 0;
    const values: ComputedValue[] = Array.from(buckets, (count, i) => ({ metricName: `${name}_bucket`, labels: { le: this.#bucketSeconds[i] ?? "+Inf", method, route }, value: (sum += count) }));
    return [...values, { metricName: `${name}_sum`, labels: { method, route }, value: seconds }, { metricName: `${name}_count`, labels: { method, route }, value: sum }];
  }
}
