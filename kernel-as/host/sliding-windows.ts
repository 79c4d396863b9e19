import { MangroveError } from "../errors.ts";
import { checkSliding, type SlidingSpec } from "../window-spec.ts";
import type { Arena } from "./arena.ts";
import { Scratch, type Kernel } from "./kernel.ts";
import { place } from "./place.ts";
import { planWindows } from "./window-plan.ts";
import { beginWindows, columnOf, readingsAt, type WindowBatch, type WindowReadings } from "./windows.ts";

/**
 * One result for each reading of a task, of the readings before it. The state lies in the arena under `root`. A reading costs a step for each pane of 32 readings or more in its window, and
 * at most two panes' readings; percentiles cost all of them.
 */
export class SlidingWindows implements Disposable {
  /** The numbers of the columns that are kept. */
  readonly columns: readonly number[];
  readonly #kernel: Kernel;
  readonly #pointer: number;
  readonly #inputs: Scratch;
  readonly #outputs: number;

  /** Throws `MGV_ARGUMENT` where windows cannot slide as `spec` says, or the state under `root` is of another definition. */
  constructor(kernel: Kernel, arena: Arena, options: { readonly spec: SlidingSpec; readonly root: number }) {
    const { spec, root } = options;
    checkSliding(spec);
    const { columns, definition } = planWindows(spec);
    this.columns = columns;
    this.#kernel = kernel;
    this.#outputs = spec.aggregates.length;
    this.#pointer = beginWindows(kernel, arena, { definition, kept: null, root });
    this.#inputs = new Scratch(kernel);
  }

  /** Takes in readings in their order. A column for each aggregate, an entry for each reading, NaN for an event time that may not be: views of kernel memory, good until its next call. */
  push(batch: Omit<WindowBatch, "appendTimesMs" | "forgotten">): Float64Array[] {
    const { sensors, timesMs } = batch;
    const rows = sensors.length;
    const columns = this.columns.map((number) => columnOf(batch, number));
    if ([timesMs, ...columns].some(({ length }) => length !== rows)) throw new MangroveError("MGV_ARGUMENT", "A batch's columns must be of one length.");
    const { list, pointers, room } = place(this.#kernel, this.#inputs, [sensors, timesMs, ...columns], this.#outputs * rows * 8);
    this.#kernel.run("slide windows", () => this.#kernel.calls.slidingPush(this.#pointer, rows, pointers[0]!, pointers[1]!, list + 8, room));
    return Array.from({ length: this.#outputs }, (_, output) => this.#kernel.f64(room + output * rows * 8, rows));
  }

  /** The window of the last reading that was pushed, its columns as {@link columns} says. */
  readings(): WindowReadings {
    const kernel = this.#kernel;
    const count = kernel.calls.slidingReadings(this.#pointer) >>> 0;
    const at = kernel.run("gather a window", () => kernel.calls.slidingColumns(this.#pointer) >>> 0);
    return readingsAt(kernel, at, { count, columns: this.columns.length });
  }

  /** What is kept of a sensor: what a later reading may find in its window. */
  kept(sensor: number): WindowReadings {
    this.#kernel.calls.slidingLookAt(this.#pointer, sensor);
    return this.readings();
  }

  /** Frees what is kept of a sensor, whose number may be given to others. */
  forget(sensor: number): void {
    const { pointers } = place(this.#kernel, this.#inputs, [Uint32Array.of(sensor)]);
    this.#kernel.run("forget a sensor", () => this.#kernel.calls.windowsForget(this.#pointer, pointers[0]!, 1, 0));
  }

  [Symbol.dispose](): void {
    this.#kernel.calls.windowsDestroy(this.#pointer);
    this.#inputs[Symbol.dispose]();
  }
}
