import type { Arena } from "../../../kernel-as/host/arena.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { WindowState, type WindowResults } from "../../../kernel-as/host/windows.ts";
import type { Aggregate as WindowAggregate, WindowSpec } from "../../../kernel-as/window-spec.ts";
import type { SensorNames } from "../../batch.ts";
import type { Aggregate, Computed } from "../../pipeline/aggregate.ts";
import type { ClockSettings, StepOf } from "../../pipeline/step.ts";
import type { WindowKind } from "../../pipeline/window-kind.ts";
import type { BatchContext, OpenWindow, Operator } from "../operator.ts";
import { firstRowFrom, pickRows, type Rows } from "../rows.ts";
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
    const results = this.#windows.push({
      sensors: rows.sensors,
      timesMs: rows.timesMs,
      appendTimesMs: Float64Array.from(rows.records, (record) => context.appendTimesMs[record]!),
      columns: rows.columns,
      forgotten: { records: Uint32Array.from(forgotten, ({ record }) => firstRowFrom(rows, record)), sensors: Uint32Array.from(forgotten, ({ sensor }) => sensor) },
    });
    const late = results.late.slice();
    const given = this.#rows(results, (row) => rows.records[row] ?? context.offsets.length);
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

  #rows(results: WindowResults, recordOf: (row: number) => number): Rows {
    const { count, sensors, startMs, endMs, records } = results;
    const order = orderOf(results, this.#names!);
    const pick = (values: Float64Array) => (order === null ? values.slice() : Float64Array.from(order, (i) => values[i]!));
    return {
      count,
      records: Uint32Array.from(records, recordOf),
      sensors: order === null ? sensors.slice() : Uint32Array.from(order, (i) => sensors[i]!),
      names: this.#names!,
      timesMs: pick(endMs),
      startsMs: pick(startMs),
      late: new Uint8Array(count),
      columns: this.#columns(results).map(pick),
      scores: null,
    };
  }

  [Symbol.dispose](): void {
    this.#windows[Symbol.dispose]();
  }
}

/**
 * One record may close windows of many sensors, and the order in which the kernel gives them is that of numbers, which depend on how records are cut into batches. This
 * is their order by end, start and name; null where it is the kernel's.
 */
function orderOf({ count, records, sensors, startMs, endMs }: WindowResults, names: SensorNames): number[] | null {
  let several = false;
  for (let i = 1; i < count && !several; i++) several = records[i] === records[i - 1] && sensors[i] !== sensors[i - 1];
  if (!several) return null;
  const [of, ends, starts] = [Array.from(sensors, (sensor) => names.of(sensor)), endMs.slice(), startMs.slice()];
  const groups = records.slice();
  const compare = (a: number, b: number) => groups[a]! - groups[b]! || ends[a]! - ends[b]! || starts[a]! - starts[b]! || (of[a]! < of[b]! ? -1 : Number(of[a]! > of[b]!));
  return Array.from({ length: count }, (_, i) => i).sort(compare);
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
