import { MISSING_BIN } from "./train/training";

/**
 * One feature of row-major f32 `input` as bytes, `stride` bytes apart: a value's bin is the number of `cuts` (f32, rising, at most 254) that
 * are <= it.
 */
export function bin(input: usize, rowBytes: usize, rows: u32, cuts: usize, cutCount: u32, bins: usize, stride: usize): void {
  const end = bins + <usize>rows * stride;
  for (; bins < end; bins += stride) {
    const x = load<f32>(input);
    input += rowBytes;
    // by halves, without a branch that cannot be foretold
    let base = cuts;
    let left = cutCount;
    while (left > 1) {
      const half = left >> 1;
      base = select(base + (<usize>half << 2), base, load<f32>(base + (<usize>(half - 1) << 2)) <= x);
      left -= half;
    }
    const rank = <u8>((base - cuts) >> 2) + u8(load<f32>(base) <= x);
    store<u8>(bins, x != x ? <u8>MISSING_BIN : rank);
  }
}
