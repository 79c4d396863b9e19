import type { Arena } from "../../../kernel-as/host/arena.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { SlidingWindows } from "../../../kernel-as/host/sliding-windows.ts";
import type { ClockSettings, StepOf } from "../../pipeline/step.ts";
import type { BatchContext, KeptReading, Operator } from "../operator.ts";
import { firstRowAfter, sliceRows, type Rows } from "../rows.ts";
import { WindowFunctions } from "./window-functions.ts";
import { columnsInOrder, windowAggregates } from "./window.ts";

export interface SlidingOptions {
  readonly kernel: Kernel;
  readonly arena: Arena;
  /** Of the arena: the operator's own. */
  readonly root: number;
  readonly step: StepOf<"window">;
  readonly sizeMs: number;
  /** Of the rows that come in. */
  readonly fields: readonly string[];
  readonly clock: ClockSettings;
}

/**
 * One result for each row, at once: of the rows already seen with event time in (t - size, t]. A late row has its own too, and changes no earlier one; one that is older
 * than the newest by size + disorder finds nothing but itself.
 */
export class SlidingOperator implements Operator {
  readonly #step: StepOf<"window">;
  readonly #sizeMs: number;
  readonly #windows: SlidingWindows;
  /** Of the fields that are kept. */
  readonly #names: readonly string[];
  readonly #functions: WindowFunctions;

  constructor({ kernel, arena, root, step, sizeMs, fields, clock }: SlidingOptions) {
    this.#step = step;
    this.#sizeMs = sizeMs;
    this.#functions = new WindowFunctions(step.name, step.aggregates);
    const columns = this.#functions.fields.map((name) => fields.indexOf(name));
    const spec = { kind: "sliding", sizeMs, maxOutOfOrdernessMs: clock.maxOutOfOrdernessMs, aggregates: windowAggregates(step.aggregates, fields), columns } as const;
    this.#windows = new SlidingWindows(kernel, arena, { spec, root });
    this.#names = this.#windows.columns.map((column) => fields[column]!);
  }

  process(rows: Rows, { forgotten }: BatchContext): Rows {
    const outputs = Object.values(this.#step.aggregates).map(() => new Float64Array(rows.count));
    // functions look at the window of the row that was pushed last, so that rows go one by one
    const most = this.#functions.count === 0 ? Infinity : 1;
    let from = 0;
    const pushBefore = (record: number) => {
      const to = firstRowAfter(rows, record, from);
      for (; from < to; from = Math.min(from + most, to)) this.#push(sliceRows(rows, from, Math.min(from + most, to)), from, outputs);
    };
    for (const { record, sensor } of forgotten) {
      pushBefore(record);
      this.#windows.forget(sensor);
    }
    pushBefore(Infinity);
    return {
      count: rows.count,
      records: rows.records,
      sensors: rows.sensors.slice(),
      names: rows.names,
      timesMs: rows.timesMs.slice(),
      startsMs: rows.timesMs.map((timeMs) => timeMs - this.#sizeMs),
      late: rows.late,
      columns: outputs,
      scores: null,
      areClosed: rows.areClosed,
    };
  }

  /** Takes some of the rows in; their results go to `place` and behind. */
  #push(rows: Rows, place: number, outputs: readonly Float64Array[]): void {
    const builtIn = this.#windows.push(rows);
    const computed = this.#functions.compute(1, () => this.#windows.readings(), this.#names);
    columnsInOrder(this.#step.aggregates, builtIn, computed).forEach((column, k) => outputs[k]!.set(column, place));
  }

  takeState(sensor: number): KeptReading[] | undefined {
    const { timesMs, columns } = this.#windows.kept(sensor);
    if (timesMs.length === 0) return undefined;
    return Array.from(timesMs, (timeMs, i) => ({ timeMs, values: Object.fromEntries(this.#names.map((name, k) => [name, columns[k]![i]!])) }));
  }

  [Symbol.dispose](): void {
    this.#windows[Symbol.dispose]();
  }
}
