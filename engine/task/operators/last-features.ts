import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import type { FeatureRows } from "../../features/features.ts";

interface KnownFeatures {
  readonly features: Float32Array;
  readonly readings: number;
}

/** Some rows of a batch: the records that they come of, and what was computed of each. */
interface Part {
  readonly records: ArrayLike<number>;
  readonly features: Float32Array;
  readonly readings: Uint32Array;
}

/** The features of the last batch. Nothing is copied of them while they lie in kernel memory, before somebody asks. */
export class LastFeatures {
  readonly #kernel: Kernel;
  /** The parts whose place others have taken. */
  #copied: Part[] = [];
  #there: { readonly records: ArrayLike<number>; readonly rows: FeatureRows } | null = null;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** A batch begins. */
  clear(): void {
    this.#copied = [];
    this.#there = null;
  }

  /** These are there now, of rows that come of `records`. */
  set(records: ArrayLike<number>, rows: FeatureRows): void {
    this.#there = { records, rows };
  }

  /** Others are about to take the place of those that are there. */
  keep(): void {
    this.#copied.push(...this.#lying().map(({ records, features, readings }) => ({ records, features: features.slice(), readings: readings.slice() })));
    this.#there = null;
  }

  /** Those of a record of the batch; null where none were computed of it. */
  of(record: number): KnownFeatures | null {
    for (const { records, features, readings } of [...this.#copied, ...this.#lying()]) {
      const row = Array.prototype.indexOf.call(records, record);
      if (row === -1) continue;
      const width = features.length / readings.length;
      return { features: features.slice(row * width, (row + 1) * width), readings: readings[row]! };
    }
    return null;
  }

  /** What lies in kernel memory: one part, or none. */
  #lying(): Part[] {
    if (this.#there === null) return [];
    const { records, rows: { at, rows, width, readingsAt } } = this.#there;
    return [{ records, features: this.#kernel.f32(at, rows * width), readings: this.#kernel.u32(readingsAt, rows) }];
  }
}
