/** Rows in the order of a value, from the highest down, for figures that ask for nothing but the order. O(n log n); values must not be NaN. */
export class Ranking {
  readonly #order: Uint32Array;
  /** Of the rows in that order. */
  readonly #labels: Uint8Array;
  /** Where each run of equal values ends. */
  readonly #ends: readonly number[];

  constructor(labels: ArrayLike<number>, values: ArrayLike<number>) {
    const order = Uint32Array.from({ length: labels.length }, (_, row) => row).sort((a, b) => values[b]! - values[a]!);
    this.#order = order;
    this.#labels = Uint8Array.from(order, (row) => Number(labels[row] === 1));
    this.#ends = Array.from(order.keys(), (at) => at + 1).filter((end) => end === order.length || values[order[end]!] !== values[order[end - 1]!]);
  }

  /**
   * AUC, the chance that a positive ranks above a negative, ties counting half; and average precision, ties taken together. Null without
   * positives, AUC also without negatives. O(n); weights are whole numbers from 0 on.
   */
  areas(weightOf: (row: number) => number = () => 1): { auc: number | null; prAuc: number | null } {
    let [positives, negatives, pairs, precisions, at] = [0, 0, 0, 0, 0];
    for (const end of this.#ends) {
      let [tiedPositives, tiedNegatives] = [0, 0];
      for (; at < end; at++) {
        const weight = weightOf(this.#order[at]!);
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
