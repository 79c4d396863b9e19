import type { Arena } from "../../../kernel-as/host/arena.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { WindowState, type WindowResults } from "../../../kernel-as/host/windows.ts";
import type { Aggregate as WindowAggregate, WindowSpec } from "../../../kernel-as/window-spec.ts";
import type { SensorNames } from "../../batch.ts";
import type { Aggregate, Computed } from "../../pipeline/aggregate.ts";
import type { ClockSettings, StepOf } from "../../pipeline/step.ts";
import type { WindowKind } from "../../pipeline/window-kind.ts";
import type { BatchContext, OpenWindow, Operator } from "../operator.ts";
import { firstRowAfter, pickRows, type Rows } from "../rows.ts";
import { isComputed, WindowFunctions } from "./window-functions.ts";

export interface WindowOperatorOptions {
  readonly kernel: Kernel;
  readonly arena: Arena;
  /** Of the arena: the operator's own. */
  readonly root: number;
  readonly step: StepOf<"window">;
  readonly window: Exclude<WindowKind, { kind: "sliding" }>;
  /** Of the rows that come in. */
  readonly fields: readonly string[];
  readonly clock: ClockSettings;
}

/** Rows into windows; out come results of windows that have closed. */
export class WindowOperator implements Operator {
  readonly #step: StepOf<"window">;
  readonly #fields: readonly string[];
  readonly #windows: WindowState;
  readonly #functions: WindowFunctions;
  #names: SensorNames | null = null;

  constructor(options: WindowOperatorOptions) {
    const { kernel, arena, root, step, fields } = options;
    this.#step = step;
    this.#fields = fields;
    this.#functions = new WindowFunctions(step.name, step.aggregates);
    const columns = this.#functions.fields.map((name) => fields.indexOf(name));
    this.#windows = new WindowState(kernel, arena, { spec: { ...specOf(options), ...(this.#functions.count > 0 && { columns }) }, root });
  }

  process(rows: Rows, context: BatchContext): Rows {
    this.#names = rows.names;
    const { forgotten } = context;
    let row = 0;
    const results = this.#windows.push({
      sensors: rows.sensors,
      timesMs: rows.timesMs,
      appendTimesMs: Float64Array.from(rows.records, (record) => context.appendTimesMs[record]!),
      columns: rows.columns,
      forgotten: { records: Uint32Array.from(forgotten, ({ record }) => (row = firstRowAfter(rows, record, row))), sensors: Uint32Array.from(forgotten, ({ sensor }) => sensor) },
    });
    const late = results.late.slice();
    const given = this.#rows(results, (cause) => (cause < rows.count ? rows.records[cause]! : forgotten[cause - rows.count]!.record));
    context.lateForWindows += late.length;
    if (late.length > 0 && this.#step.late !== null) context.write(this.#step.late, this.#fields, pickRows(rows, late));
    return given;
  }

  advance(appendNowMs: number): Rows {
    return this.#closed(this.#windows.advance(appendNowMs));
  }

  end(): Rows {
    return this.#closed(this.#windows.end());
  }

  takeState(sensor: number): OpenWindow[] {
    const results = this.#windows.forget(Uint32Array.of(sensor));
    const columns = this.#columns(results);
    const names = Object.keys(this.#step.aggregates);
    return Array.from(results.startMs, (startMs, i) => ({
      startMs,
      endMs: results.endMs[i]!,
      readings: results.readings[i]!,
      aggregates: Object.fromEntries(names.map((name, k) => [name, columns[k]![i]!])),
    }));
  }

  #closed(results: WindowResults): Rows {
    return this.#rows(results, () => 0);
  }

  #columns({ count, aggregates, readingsOf }: WindowResults): Float64Array[] {
    return columnsInOrder(this.#step.aggregates, aggregates, this.#functions.compute(count, readingsOf));
  }

  #rows(results: WindowResults, recordOf: (cause: number) => number): Rows {
    const { count, sensors, startMs, endMs } = results;
    const records = Uint32Array.from(results.records, recordOf);
    const order = orderOf(results, records, this.#names!);
    const pick = (values: Float64Array) => (order === null ? values.slice() : Float64Array.from(order, (i) => values[i]!));
    return {
      count,
      records: order === null ? records : Uint32Array.from(order, (i) => records[i]!),
      sensors: order === null ? sensors.slice() : Uint32Array.from(order, (i) => sensors[i]!),
      names: this.#names!,
      timesMs: pick(endMs),
      startsMs: pick(startMs),
      late: new Uint8Array(count),
      columns: this.#columns(results).map(pick),
      scores: null,
      areClosed: true,
    };
  }

  [Symbol.dispose](): void {
    this.#windows[Symbol.dispose]();
  }
}

/**
 * The order of results: their record, then end, start and name of the sensor; null where it is the kernel's. One record may close windows of many sensors, and the kernel gives them by
 * numbers, which depend on how records are cut into batches; and what forgotten sensors have left with the next row, whatever record has shown that they are gone.
 */
function orderOf({ count, sensors, startMs, endMs }: WindowResults, records: Uint32Array, names: SensorNames): number[] | null {
  const [ends, starts] = [endMs.slice(), startMs.slice()];
  const compare = (a: number, b: number) => records[a]! - records[b]! || ends[a]! - ends[b]! || starts[a]! - starts[b]!;
  let isOrder = true;
  for (let i = 1; i < count && isOrder; i++) {
    const difference = compare(i - 1, i);
    isOrder = difference < 0 || (difference === 0 && sensors[i - 1] === sensors[i]);
  }
  if (isOrder) return null;
  const of = Array.from(sensors, (sensor) => names.of(sensor));
  return Array.from({ length: count }, (_, i) => i).sort((a, b) => compare(a, b) || (of[a]! < of[b]! ? -1 : Number(of[a]! > of[b]!)));
}

function specOf({ step, window, fields, clock }: WindowOperatorOptions): WindowSpec {
  const { allowedLatenessMs, emit, aggregates } = step;
  const shape = window.kind === "hopping" && window.hopMs === window.sizeMs ? ({ kind: "tumbling", sizeMs: window.sizeMs } as const) : window;
  return {
    ...shape,
    clock: clock.per,
    maxOutOfOrdernessMs: clock.maxOutOfOrdernessMs,
    idleAfterMs: clock.idleAfterMs,
    forgetAfterMs: null, // the task says who is forgotten
    allowedLatenessMs,
    emit,
    aggregates: windowAggregates(aggregates, fields),
  };
}

/** Those that the kernel computes. */
export function windowAggregates(aggregates: Readonly<Record<string, Aggregate>>, fields: readonly string[]): WindowAggregate[] {
  return Object.values(aggregates).flatMap((aggregate) => (isComputed(aggregate) ? [] : [windowAggregate(aggregate, fields)]));
}

/** The columns of aggregates in their order: what the kernel gave, and what functions made. */
export function columnsInOrder(aggregates: Readonly<Record<string, Aggregate>>, builtIn: readonly Float64Array[], computed: readonly Float64Array[]): Float64Array[] {
  let [nextBuiltIn, nextComputed] = [0, 0];
  return Object.values(aggregates).map((aggregate) => (isComputed(aggregate) ? computed[nextComputed++]! : builtIn[nextBuiltIn++]!));
}

/** With the field by its place. */
function windowAggregate({ kind, field, percent }: Exclude<Aggregate, Computed>, fields: readonly string[]): WindowAggregate {
  if (kind === "records") return { kind };
  const column = fields.indexOf(field);
  return kind === "percentile" ? { kind, column, percent } : { kind, column };
}
