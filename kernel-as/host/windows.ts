import { MangroveError } from "../errors.ts";
import { checkWindows, type WindowSpec } from "../window-spec.ts";
import type { Arena } from "./arena.ts";
import { Blocks } from "./blocks.ts";
import type { Forgotten } from "./clock.ts";
import { Scratch, type Kernel } from "./kernel.ts";
import { place } from "./place.ts";
import { planKept, planWindows } from "./window-plan.ts";

/** Records in their order; all columns are of one length. */
export interface WindowBatch {
  readonly sensors: Uint32Array;
  readonly timesMs: Float64Array;
  /** NaN where there is none. */
  readonly appendTimesMs: Float64Array;
  /** What aggregates name by number; NaN is missing. */
  readonly columns: readonly Float64Array[];
  /** Sensors that the task has forgotten, each before the record that is named with it. */
  readonly forgotten?: Pick<Forgotten, "records" | "sensors">;
}

/** Readings in order of event time, equals by arrival. Views of kernel memory, good until its next call. */
export interface WindowReadings {
  readonly timesMs: Float64Array;
  readonly columns: readonly Float64Array[];
}

/**
 * Results in the order of the records that caused them, those of one record in order of end, start and sensor. All are views of kernel memory, good
 * until its next call.
 */
export interface WindowResults {
  readonly count: number;
  readonly sensors: Uint32Array;
  readonly startMs: Float64Array;
  readonly endMs: Float64Array;
  /** The record of the batch that caused the result; of what a forgotten sensor has left, its place among the forgotten behind the number of records. */
  readonly records: Uint32Array;
  /** Readings in the window. */
  readonly readings: Uint32Array;
  /** In the order of the definition. */
  readonly aggregates: readonly Float64Array[];
  /** What is in the window of a result; only where the definition has `columns`, which are these. */
  readonly readingsOf: (result: number) => WindowReadings;
}

/** The windows of one task. Their state lies in the arena under `root`. A reading costs the same however many sensors there are and however windows overlap. */
export class WindowState implements Disposable {
  readonly #kernel: Kernel;
  readonly #pointer: number;
  readonly #inputs: Scratch;
  readonly #columns: readonly number[];
  readonly #outputs: number;
  readonly #kept: readonly number[];

  /** Throws `MGV_ARGUMENT` where windows cannot be cut as `spec` says, or the state under `root` is of another definition. */
  constructor(kernel: Kernel, arena: Arena, options: { readonly spec: WindowSpec; readonly root: number }) {
    const { spec, root } = options;
    checkWindows(spec);
    const { columns, definition } = planWindows(spec);
    const kept = spec.columns === undefined ? null : planKept(spec.columns);
    this.#kernel = kernel;
    this.#kept = kept?.columns ?? [];
    this.#columns = [...columns, ...this.#kept];
    this.#outputs = spec.aggregates.length;
    this.#pointer = beginWindows(kernel, arena, { definition, kept: kept && kept.definition, root });
    this.#inputs = new Scratch(kernel);
  }

  /** Takes in the records in their order. `late`: those that fell into no window that was still open. */
  push(batch: WindowBatch): WindowResults & { readonly late: Uint32Array } {
    const { sensors, timesMs, appendTimesMs, forgotten } = batch;
    const rows = sensors.length;
    const columns = this.#columns.map((number) => columnOf(batch, number));
    if ([timesMs, appendTimesMs, ...columns].some(({ length }) => length !== rows)) throw new MangroveError("MGV_ARGUMENT", "A batch's columns must be of one length.");
    const forgottenRecords = forgotten?.records ?? new Uint32Array();
    const inputs = [sensors, timesMs, appendTimesMs, forgottenRecords, forgotten?.sensors ?? forgottenRecords, ...columns];
    const { pointers, room: columnsAt } = place(this.#kernel, this.#inputs, inputs, (columns.length + rows) * 4);
    const lateAt = columnsAt + columns.length * 4;
    this.#kernel.u32(columnsAt, columns.length).set(pointers.slice(5));
    const [sensorsAt, timesAt, appendTimesAt, forgottenAt, forgottenSensorsAt] = pointers as [number, number, number, number, number];
    const late = this.#kernel.run("take readings into windows", () =>
      this.#kernel.calls.windowsPush(this.#pointer, rows, sensorsAt, timesAt, appendTimesAt, columnsAt, forgottenAt, forgottenSensorsAt, forgottenRecords.length, lateAt),
    );
    const results = this.#results();
    return { ...results, late: this.#kernel.u32(lateAt, late) };
  }

  /** Append time has come to `appendNowMs` without a record; results carry `record`. */
  advance(appendNowMs: number, options: { readonly record?: number } = {}): WindowResults {
    this.#kernel.run("close windows", () => this.#kernel.calls.windowsAdvance(this.#pointer, appendNowMs, options.record ?? 0));
    return this.#results();
  }

  /** Forgets sensors: what they have open is told, their state is freed, their numbers may be given to others. */
  forget(sensors: Uint32Array, options: { readonly record?: number } = {}): WindowResults {
    const { pointers } = place(this.#kernel, this.#inputs, [sensors]);
    this.#kernel.run("close windows", () => this.#kernel.calls.windowsForget(this.#pointer, pointers[0]!, sensors.length, options.record ?? 0));
    return this.#results();
  }

  /** The source has ended: forgets all sensors. All results at once, in order of end, start and sensor. */
  end(options: { readonly record?: number } = {}): WindowResults {
    this.#kernel.run("close windows", () => this.#kernel.calls.windowsEnd(this.#pointer, options.record ?? 0));
    return this.#results();
  }

  #results(): WindowResults {
    const kernel = this.#kernel;
    const count = kernel.run("write results", () => kernel.calls.windowsResults(this.#pointer) >>> 0);
    const at = kernel.calls.windowsResultsAt(this.#pointer) >>> 0;
    const double = (column: number) => kernel.f64(at + column * count * 8, count);
    const whole = (column: number) => kernel.u32(at + (2 + this.#outputs) * count * 8 + column * count * 4, count);
    const readings = whole(2);
    const readingsFrom = whole(3);
    return {
      count,
      startMs: double(0),
      endMs: double(1),
      aggregates: Array.from({ length: this.#outputs }, (_, output) => double(2 + output)),
      sensors: whole(0),
      records: whole(1),
      readings,
      readingsOf: (result) => readingsAt(kernel, (kernel.calls.windowsResultReadingsAt(this.#pointer) >>> 0) + readingsFrom[result]! * 8, { count: readings[result]!, columns: this.#kept.length }),
    };
  }

  [Symbol.dispose](): void {
    this.#kernel.calls.windowsDestroy(this.#pointer);
    this.#inputs[Symbol.dispose]();
  }
}

/** A pointer to windows whose state lies under `root`. Throws `MGV_ARGUMENT` where that is of another definition. */
export function beginWindows(kernel: Kernel, arena: Arena, options: { readonly definition: Uint8Array; readonly kept: Uint8Array | null; readonly root: number }): number {
  using blocks = new Blocks(kernel);
  const definitionAt = blocks.allocateFor(options.definition);
  const keptAt = options.kept ? blocks.allocateFor(options.kept) : 0;
  const pointer = kernel.run("begin windows", () => kernel.calls.windowsCreate(arena.pointer, options.root, definitionAt, keptAt) >>> 0);
  if (pointer !== 0) return pointer;
  throw new MangroveError("MGV_ARGUMENT", "The state was written by windows of another definition. Begin with an empty state, or go back to that definition.");
}

/** Event times, then columns, as the kernel lays them behind each other. */
export function readingsAt(kernel: Kernel, at: number, { count, columns }: { readonly count: number; readonly columns: number }): WindowReadings {
  const column = (number: number) => kernel.f64(at + number * count * 8, count);
  return { timesMs: column(0), columns: Array.from({ length: columns }, (_, i) => column(i + 1)) };
}

export function columnOf({ columns }: Pick<WindowBatch, "columns">, number: number): Float64Array {
  const column = columns[number];
  if (column === undefined) throw new MangroveError("MGV_ARGUMENT", `An aggregate is of column ${number}; the batch has ${columns.length}.`);
  return column;
}
