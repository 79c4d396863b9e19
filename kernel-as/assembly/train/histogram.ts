/*
 * A histogram: for each feature 256 sums of gradient pairs, (Σg, Σh) as f64x2, bin 255 being the missing values.
 */

/** Sums the pairs of `count` rows (numbers in `order`, pairs in that order) into a cleared histogram. `bins` is [features][allRows]. */
export function addRows(
  histogram: usize,
  bins: usize,
  allRows: u32,
  features: u32,
  order: usize,
  count: u32,
  pairs: usize,
): void {
  memory.fill(histogram, 0, <usize>features << 12);
  const end = order + (<usize>count << 2);
  for (let feature: u32 = 0; feature < features; feature++) {
    const column = bins + <usize>feature * <usize>allRows;
    const cells = histogram + (<usize>feature << 12);
    let pair = pairs;
    for (let row = order; row < end; row += 4) {
      const cell = cells + (<usize>load<u8>(column + <usize>load<u32>(row)) << 4);
      v128.store(cell, f64x2.add(v128.load(cell), v128.load(pair)));
      pair += 16;
    }
  }
}

/** Takes one child's histogram from its parent's, which leaves the other child's: sums of whole numbers, so exactly that. */
export function subtract(parent: usize, child: usize, features: u32): void {
  const end = <usize>features << 12;
  for (let at: usize = 0; at < end; at += 16) {
    v128.store(parent + at, f64x2.sub(v128.load(parent + at), v128.load(child + at)));
  }
}
