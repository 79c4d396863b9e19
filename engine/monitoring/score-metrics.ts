import type { Registry } from "prom-client";
import { addComputed, type ComputedValue } from "./computed-metric.ts";

const TENTHS = 10;

/** How probabilities are spread, in tenths. A column is counted in one loop: prom-client's own histogram would look its bucket up by name for each value. */
export class ScoreMetrics {
  readonly #counts = new Float64Array(TENTHS);
  #sum = 0;

  constructor(registry: Registry, { name, help }: { readonly name: string; readonly help: string }) {
    addComputed(registry, { name, type: "histogram", help, values: () => this.#values(name) });
  }

  /** Values from 0 to 1; what is none is passed over. */
  count(probabilities: ArrayLike<number>): void {
    let sum = 0;
    for (let i = 0; i < probabilities.length; i++) {
      const probability = probabilities[i]!;
      if (!(probability >= 0 && probability <= 1)) continue;
      sum += probability;
      this.#counts[Math.max(0, Math.ceil(probability * TENTHS) - 1)]!++;
    }
    this.#sum += sum;
  }

  #values(name: string): ComputedValue[] {
    let total = 0;
    const buckets = Array.from(this.#counts, (count, i) => ({ metricName: `${name}_bucket`, labels: { le: String((i + 1) / TENTHS) }, value: (total += count) }));
    return [...buckets, { metricName: `${name}_bucket`, labels: { le: "+Inf" }, value: total }, { metricName: `${name}_sum`, labels: {}, value: this.#sum }, { metricName: `${name}_count`, labels: {}, value: total }];
  }
}
