interface Reading {
  readonly timeMs: number;
  readonly values: readonly number[];
}

/** The trailing readings of one sensor, which come in order. */
export interface PlainWindows {
  /** Adds a reading, and gives its values followed, for each span, by the values less their mean. */
  push(reading: Reading): number[];
}

/** Sums every window anew, from the newest reading back: the bits are the engine's. */
export class SumsAnew implements PlainWindows {
  readonly #spansMs: readonly number[];
  readonly #window: Reading[] = [];

  constructor(spansMs: readonly number[]) {
    this.#spansMs = spansMs;
  }

  push({ timeMs, values: given }: Reading): number[] {
    const values = given.map(Math.fround);
    const window = this.#window;
    window.push({ timeMs, values });
    while (window[0]!.timeMs <= timeMs - this.#spansMs.at(-1)!) window.shift();
    const features = [...values];
    const totals = new Totals(values.length);
    let older = window.length - 1;
    for (const spanMs of this.#spansMs) {
      for (; older >= 0 && window[older]!.timeMs > timeMs - spanMs; older--) totals.add(window[older]!.values, 1);
      totals.describe(values, features);
    }
    return features;
  }
}

/** Adds what enters a window and takes away what leaves it: a fixed number of steps for a reading, and sums that drift in their last bits. */
export class RunningSums implements PlainWindows {
  readonly #spans: readonly { spanMs: number; window: Reading[]; totals: Totals }[];

  constructor(spansMs: readonly number[], width: number) {
    this.#spans = spansMs.map((spanMs) => ({ spanMs, window: [], totals: new Totals(width) }));
  }

  push({ timeMs, values: given }: Reading): number[] {
    const values = given.map(Math.fround);
    const reading = { timeMs, values };
    const features = [...values];
    for (const { spanMs, window, totals } of this.#spans) {
      window.push(reading);
      totals.add(values, 1);
      while (window[0]!.timeMs <= timeMs - spanMs) totals.add(window.shift()!.values, -1);
      totals.describe(values, features);
    }
    return features;
  }
}

/** Sums and counts of the values that are there. */
class Totals {
  readonly #sums: number[];
  readonly #counts: number[];

  constructor(width: number) {
    this.#sums = new Array<number>(width).fill(0);
    this.#counts = new Array<number>(width).fill(0);
  }

  add(values: readonly number[], sign: 1 | -1): void {
    for (let i = 0; i < values.length; i++) {
      const x = values[i]!;
      if (Number.isNaN(x)) continue;
      this.#sums[i]! += sign * x;
      this.#counts[i]! += sign;
    }
  }

  describe(values: readonly number[], features: number[]): void {
    for (let i = 0; i < values.length; i++) {
      features.push(this.#counts[i]! < 2 ? NaN : Math.fround(values[i]! - this.#sums[i]! / this.#counts[i]!));
    }
  }
}
