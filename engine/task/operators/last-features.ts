import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import type { FeatureRows } from "../../features/features.ts";

interface KnownFeatures {
  readonly features: Float32Array;
  readonly readings: number;
}

/** The features of the last batch, for as long as they lie in kernel memory: nothing is copied of them before somebody asks. */
export class LastFeatures {
  readonly #kernel: Kernel;
  readonly #kept = new Map<number, KnownFeatures>();
  #records: ArrayLike<number> = [];
  #rows: FeatureRows | null = null;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** A batch begins. */
  clear(): void {
    this.#kept.clear();
    this.#rows = null;
  }

  /** These are there now, of rows that come of `records`. */
  set(records: ArrayLike<number>, rows: FeatureRows): void {
    this.#records = records;
    this.#rows = rows;
  }

  /** Others are about to take their place: copies those of the rows that are wanted. */
  keep(isWanted: (row: number) => boolean): void {
    if (this.#rows === null) return;
    for (let row = 0; row < this.#rows.rows; row++) if (isWanted(row)) this.#kept.set(this.#records[row]!, this.#copy(this.#rows, row));
  }

  /** Those of a record of the batch; null where they are not there. */
  of(record: number): KnownFeatures | null {
    const row = Array.prototype.indexOf.call(this.#records, record);
    if (this.#rows === null || row === -1 || row >= this.#rows.rows) return this.#kept.get(record) ?? null;
    return this.#copy(this.#rows, row);
  }

  #copy({ at, width, readingsAt }: FeatureRows, row: number): KnownFeatures {
    return { features: this.#kernel.f32(at + row * width * 4, width).slice(), readings: this.#kernel.u32(readingsAt, row + 1)[row]! };
  }
}
