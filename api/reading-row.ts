import type { Batch, SensorNames } from "../engine/batch.ts";
import { Scratch, type Kernel } from "../kernel-as/host/kernel.ts";
import type { Reading } from "./readings.ts";
import { NAMELESS } from "./score.ts";

/**
 * A batch of one reading, in kernel memory that is used again for each: nothing is copied to score it, and hardly anything made.
 *
 *   f64 event time   f64 [fields] values   u32 sensor: 0
 */
export class ReadingRow implements Batch, Disposable {
  readonly topic = "";
  readonly partition = 0;
  readonly count = 1;
  readonly offsets = new Float64Array(1);
  readonly appendTimesMs = Float64Array.of(NaN);
  readonly labels = Float64Array.of(NaN);
  readonly names: SensorNames;
  readonly #kernel: Kernel;
  readonly #fields: number;
  readonly #memory: Scratch;
  #sensor = NAMELESS;
  #timesMs: Float64Array = new Float64Array(0);
  #columns: readonly Float64Array[] = [];
  #sensors: Uint32Array = new Uint32Array(0);

  constructor(kernel: Kernel, fields: number) {
    this.#kernel = kernel;
    this.#fields = fields;
    this.#memory = new Scratch(kernel);
    this.names = { of: () => this.#sensor };
  }

  /** Takes a reading in the place of the one before. */
  take({ timeMs, values, sensor }: Reading): this {
    this.#look();
    this.#sensor = sensor ?? NAMELESS;
    this.#timesMs[0] = timeMs;
    for (let field = 0; field < this.#fields; field++) this.#columns[field]![0] = values[field]!;
    return this;
  }

  get timesMs(): Float64Array {
    this.#look();
    return this.#timesMs;
  }

  get columns(): readonly Float64Array[] {
    this.#look();
    return this.#columns;
  }

  get sensors(): Uint32Array {
    this.#look();
    return this.#sensors;
  }

  /** Views, made anew where the kernel's memory has grown. */
  #look(): void {
    const kernel = this.#kernel;
    if (this.#timesMs.buffer === kernel.calls.memory.buffer) return;
    const columnsAt = (this.#memory.atLeast((this.#fields + 2) * 8)) + 8;
    this.#timesMs = kernel.f64(columnsAt - 8, 1);
    this.#columns = Array.from({ length: this.#fields }, (_, field) => kernel.f64(columnsAt + field * 8, 1));
    this.#sensors = kernel.u32(columnsAt + this.#fields * 8, 1);
    this.#sensors[0] = 0;
  }

  [Symbol.dispose](): void {
    this.#memory[Symbol.dispose]();
  }
}
