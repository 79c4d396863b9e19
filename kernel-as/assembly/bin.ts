/** The bin of a missing value. Real bins are 0…254. */
export const MISSING_BIN: u8 = 255;

/**
 * One feature of row-major f32 `input` as bytes: a value's bin is the number of `cuts` (f32, rising, at most 254) that
 * are <= it.
 */
export function bin(input: usize, rowBytes: usize, rows: u32, cuts: usize, cutCount: u32, bins: usize): void {
  for (let row: usize = 0; row < <usize>rows; row++) {
    const x = load<f32>(input + row * rowBytes);
    if (x != x) {
      store<u8>(bins + row, MISSING_BIN);
      continue;
    }
    let low: u32 = 0;
    let high = cutCount;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (load<f32>(cuts + (<usize>middle << 2)) <= x) low = middle + 1;
      else high = middle;
    }
    store<u8>(bins + row, <u8>low);
  }
}
