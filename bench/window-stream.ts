import type { Kernel } from "../kernel-as/host/kernel.ts";
import type { WindowBatch } from "../kernel-as/host/windows.ts";
import { Random } from "../engine/simulator/random.ts";

const BATCH_ROWS = 10_000;

/** One reading a second of each sensor, in another order than their numbers, in batches that lie in kernel memory. */
export class WindowStream {
  readonly #kernel: Kernel;
  readonly #sensors: number;
  readonly #width: number;
  readonly #pointer: number;
  #taken = 0;

  constructor(kernel: Kernel, options: { readonly sensors: number; readonly width: number }) {
    const { sensors, width } = options;
    this.#kernel = kernel;
    this.#sensors = sensors;
    this.#width = width;
    this.#pointer = kernel.allocate(BATCH_ROWS * (width + 3) * 8);
    const random = new Random(1);
    for (const column of this.#columns()) column.forEach((_, i) => (column[i] = random.uniform() < 0.01 ? NaN : 20 + Math.round(random.uniform() * 1000) / 100));
  }

  /** The next batches, of `readings` readings, a multiple of 10,000. Each is gone when the next is asked for. */
  *take(readings: number): Generator<WindowBatch> {
    for (const end = this.#taken + readings; this.#taken < end; this.#taken += BATCH_ROWS) {
      const columns = this.#columns();
      const timesMs = this.#column(this.#width);
      const appendTimesMs = this.#column(this.#width + 1);
      const sensors = this.#kernel.u32(this.#pointer + (this.#width + 2) * BATCH_ROWS * 8, BATCH_ROWS);
      for (let i = 0; i < BATCH_ROWS; i++) {
        const number = this.#taken + i;
        sensors[i] = (number * 7919) % this.#sensors; // a prime: each once in `sensors` readings
        timesMs[i] = 1_654_733_300_000 + Math.floor(number / this.#sensors) * 1000;
        appendTimesMs[i] = timesMs[i]! + 50;
      }
      yield { sensors, timesMs, appendTimesMs, columns };
    }
  }

  #columns(): Float64Array[] {
    return Array.from({ length: this.#width }, (_, i) => this.#column(i));
  }

  #column(i: number): Float64Array {
    return this.#kernel.f64(this.#pointer + i * BATCH_ROWS * 8, BATCH_ROWS);
  }
}
