import { MangroveError } from "../errors.ts";
import { checkClock, type ClockSpec } from "../window-spec.ts";
import type { Arena } from "./arena.ts";
import { Scratch, type Kernel } from "./kernel.ts";
import { place } from "./place.ts";

/** Sensors that have been silent for `forgetAfterMs`, in the order in which they were forgotten. */
export interface Forgotten {
  /** The record before which each was forgotten. */
  readonly records: Uint32Array;
  readonly sensors: Uint32Array;
  /** 1: heard again later in the same batch, by the same number, which is therefore not free. */
  readonly heardAgain: Uint8Array;
}

/** All are views of kernel memory, good until its next call. */
export interface ClockResult {
  /** 1 where the event time is before the watermark that was reached before the record. */
  readonly late: Uint8Array;
  /** After the record; `sensor` clocks: of its sensor. */
  readonly watermarkMs: Float64Array;
  readonly forgotten: Forgotten;
}

/** The event clock of one task. Its state lies in the arena under `root`. A record costs the same however many sensors there are; being forgotten, O(log sensors). */
export class EventClock implements Disposable {
  readonly #kernel: Kernel;
  readonly #pointer: number;
  readonly #inputs: Scratch;

  /** Throws `MGV_ARGUMENT` where a clock cannot run as `spec` says. */
  constructor(kernel: Kernel, arena: Arena, options: { readonly spec: ClockSpec; readonly root: number }) {
    const { spec, root } = options;
    checkClock(spec);
    this.#kernel = kernel;
    this.#inputs = new Scratch(kernel);
    this.#pointer = kernel.run("begin a clock", () =>
      kernel.calls.clockCreate(arena.pointer, root, spec.clock === "partition" ? 1 : 0, spec.maxOutOfOrdernessMs, spec.idleAfterMs ?? Infinity, spec.forgetAfterMs ?? Infinity) >>> 0,
    );
  }

  /** Takes in the records in their order. `appendTimesMs` is NaN where there is none. */
  push(batch: { readonly sensors: Uint32Array; readonly timesMs: Float64Array; readonly appendTimesMs: Float64Array }): ClockResult {
    const { sensors, timesMs, appendTimesMs } = batch;
    const rows = sensors.length;
    if (timesMs.length !== rows || appendTimesMs.length !== rows) throw new MangroveError("MGV_ARGUMENT", "A batch's columns must be of one length.");
    const { pointers, room: watermarks } = place(this.#kernel, this.#inputs, [sensors, timesMs, appendTimesMs], rows * 9);
    const late = watermarks + rows * 8;
    const count = this.#kernel.run("run the event clock", () => this.#kernel.calls.clockPush(this.#pointer, rows, pointers[0]!, pointers[1]!, pointers[2]!, late, watermarks));
    return { late: this.#kernel.u8(late, rows), watermarkMs: this.#kernel.f64(watermarks, rows), forgotten: this.#forgotten(count) };
  }

  /** Append time has come to `appendNowMs` without a record; those forgotten by it carry `record`. */
  advance(appendNowMs: number, options: { readonly record?: number } = {}): Forgotten {
    return this.#forgotten(this.#kernel.run("run the event clock", () => this.#kernel.calls.clockAdvance(this.#pointer, appendNowMs, options.record ?? 0)));
  }

  #forgotten(count: number): Forgotten {
    const entries = this.#kernel.u32(this.#kernel.calls.clockForgottenAt(this.#pointer) >>> 0, count * 3);
    const every = (offset: number) => Uint32Array.from({ length: count }, (_, i) => entries[i * 3 + offset]!);
    return { records: every(0), sensors: every(1), heardAgain: Uint8Array.from(every(2)) };
  }

  [Symbol.dispose](): void {
    this.#kernel.calls.clockDestroy(this.#pointer);
    this.#inputs[Symbol.dispose]();
  }
}
