/** Rows in the order of a value, from the highest down, for figures that ask for nothing but the order. O(n log n); values must not be NaN. */
export class Ranking {
  readonly #labels: ArrayLike<number>;
  readonly #values: ArrayLike<number>;
  readonly #order: Uint32Array;

  constructor(labels: ArrayLike<number>, values: ArrayLike<number>) {
    this.#labels = labels;
    this.#values = values;
    this.#order = Uint32Array.from({ length: labels.length }, (_, row) => row).sort((a, b) => values[b]! - values[a]!);
  }

  /**
   * AUC, the chance that a positive ranks above a negative, ties counting half; and average precision, ties taken together. Null without
   * positives, AUC also without negatives. O(n); weights are whole numbers from 0 on.
   */
  areas(weightOf: (row: number) => number = () => 1): { auc: number | null; prAuc: number | null } {
    let [positives, negatives, pairs, precisions] = [0, 0, 0, 0];
    for (let at = 0; at < this.#order.length; ) {
      const value = this.#values[this.#order[at]!];
      let [tiedPositives, tiedNegatives] = [0, 0];
      for (; at < this.#order.length && this.#values[this.#order[at]!] === value; at++) {
        const row = this.#order[at]!;
        if (this.#labels[row] === 1) tiedPositives += weightOf(row);
        else tiedNegatives += weightOf(row);
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
