/** Rows in the order of a value, from the highest down, for figures that ask for nothing but the order. O(n log n); values must not be NaN. */
export class Ranking {
  readonly #order: Uint32Array;
  /** Of the rows in that order. */
  readonly #labels: Uint8Array;
  /** Where each run of equal values ends. */
  readonly #ends: Uint32Array;

  constructor(labels: ArrayLike<number>, values: ArrayLike<number>) {
    const distinct = Float64Array.from(values).sort();
    const counts = new Uint32Array(distinct.length);
    let runs = 0;
    for (const value of distinct) {
      if (runs === 0 || value !== distinct[runs - 1]) distinct[runs++] = value;
      counts[runs - 1]!++;
    }
    let end = 0;
    this.#ends = new Uint32Array(runs).map((_, run) => (end += counts[runs - 1 - run]!));
    const next = this.#ends.map((_, run) => (run === 0 ? 0 : this.#ends[run - 1]!));
    this.#order = new Uint32Array(values.length);
    const rising = distinct.subarray(0, runs);
    for (let row = 0; row < values.length; row++) this.#order[next[runs - 1 - placeOf(rising, values[row]!)]!++] = row;
    this.#labels = Uint8Array.from(this.#order, (row) => Number(labels[row] === 1));
  }

  /**
   * AUC, the chance that a positive ranks above a negative, ties counting half; and average precision, ties taken together. Null without
   * positives, AUC also without negatives. O(n); weights are whole numbers from 0 on.
   */
  areas(weightOf: (row: number) => number = () => 1): Areas {
    return this.#areas((at) => weightOf(this.#order[at]!));
  }

  /** The same, with the rows of each group counted as often as its weight says. */
  areasBy(groupOf: ArrayLike<number>): (weights: ArrayLike<number>) => Areas {
    const groups = Uint32Array.from(this.#order, (row) => groupOf[row]!);
    return (weights) => this.#areas((at) => weights[groups[at]!]!);
  }

  #areas(weightAt: (at: number) => number): Areas {
    let [positives, negatives, pairs, precisions, at] = [0, 0, 0, 0, 0];
    for (const end of this.#ends) {
      let [tiedPositives, tiedNegatives] = [0, 0];
      for (; at < end; at++) {
        const weight = weightAt(at);
        if (this.#labels[at] === 1) tiedPositives += weight;
        else tiedNegatives += weight;
      }
      pairs += tiedNegatives * (positives + tiedPositives / 2);
      positives += tiedPositives;
      negatives += tiedNegatives;
      if (tiedPositives > 0) precisions += tiedPositives * (positives / (positives + negatives));
    }
    return {
      auc: positives > 0 && negatives > 0 ? pairs / (positives * negatives) : null,
      prAuc: positives > 0 ? precisions / positives : null,
    };
  }
}

export interface Areas {
  readonly auc: number | null;
  readonly prAuc: number | null;
}

/** The place of a value among rising ones. */
function placeOf(rising: Float64Array, value: number): number {
  let [low, high] = [0, rising.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rising[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
