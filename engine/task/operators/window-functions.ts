import type { WindowReadings } from "../../../kernel-as/host/windows.ts";
import { fieldsOf, type Aggregate, type Computed } from "../../pipeline/aggregate.ts";
import { stepError } from "../operator.ts";

export function isComputed(aggregate: Aggregate): aggregate is Computed {
  return aggregate.kind === "computed";
}

/** Users' functions among the aggregates of windows. */
export class WindowFunctions {
  /** The fields that they read. */
  readonly fields: readonly string[];
  readonly #step: string;
  readonly #functions: readonly Computed[];

  constructor(step: string, aggregates: Readonly<Record<string, Aggregate>>) {
    this.#step = step;
    this.#functions = Object.values(aggregates).filter(isComputed);
    this.fields = [...new Set(this.#functions.flatMap(fieldsOf))];
  }

  get count(): number {
    return this.#functions.length;
  }

  /** What each makes of each of `results` windows, as columns. `names` are those of the columns of the readings. Throws `MGV_STEP` when a function does, or gives no number. */
  compute(results: number, readingsOf: (result: number) => WindowReadings, names = this.fields): Float64Array[] {
    const outputs = this.#functions.map(() => new Float64Array(results));
    for (let result = 0; result < results && this.count > 0; result++) {
      const { timesMs, columns } = readingsOf(result);
      this.#functions.forEach(({ fields, compute }, k) => {
        // a copy for each, which may do with it what it likes
        const given = Object.fromEntries(fields.map((name) => [name, columns[names.indexOf(name)]!.slice()]));
        outputs[k]![result] = this.#numberOf(() => compute(given, timesMs.slice()));
      });
    }
    return outputs;
  }

  #numberOf(compute: () => unknown): number {
    try {
      const value = compute();
      if (typeof value === "number") return value;
      throw new TypeError(`it gave ${JSON.stringify(value)} for a window, not a number`);
    } catch (cause) {
      throw stepError(this.#step, cause);
    }
  }
}
