import type { Registry } from "prom-client";

export interface ComputedValue {
  /** The metric's own by default. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** A metric whose values are computed when they are asked for. */
interface ComputedMetric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  values(): readonly ComputedValue[] | Promise<readonly ComputedValue[]>;
}

/** prom-client tells of whatever has its metrics' `get`. */
export function addComputed(registry: Registry, { name, type, help, values }: ComputedMetric): void {
  const metric = { name, get: async () => ({ name, type, help, values: await values(), aggregator: "sum" }) };
  registry.registerMetric(metric as unknown as Parameters<Registry["registerMetric"]>[0]);
}
