import { rightBySet } from "./category";
import { LIGHTGBM_ZERO } from "./zero";

/*
 * Features become bytes: a value's rank is the number of cuts <= it, so `x >= cut i` is `rank > i`. Ranks are stored less 128, because
 * WASM compares signed bytes in one instruction.
 *
 * A group is one feature with all its cuts, 80 bytes:
 *
 *   0 u32 feature         16 u32 steps            32 T  low            56 u32 column where missing ranks lowest, or NONE
 *   4 u32 kind            20 u32 starts           40 T  scale          60 u32 column where missing ranks highest, or NONE
 *   8 u32 cuts                                    48 T  top            64 u32 columns of each (one for every 255 cuts)
 *  12 u32 number of cuts
 *
 * A value's cell in the grid is (x - low) * scale within 0…top. All three operations are monotone in floating point, so whatever they
 * round to, cuts of lower cells are <= x and cuts of higher cells > x: the rank is `starts[cell]`, the number of cuts in lower
 * cells, and what is found among the next `steps` cuts, which hold all of this cell. With steps = 0 the cuts are searched by halves.
 */

/** Rows of a block: a column is BLOCK bytes. */
export const BLOCK: u32 = 1024;

const NONE: u32 = 0xffffffff;
const WIDE: u32 = 1; // ranks need 16 bits
const ZERO_IS_MISSING: u32 = 2;
const BY_SET: u32 = 4; // `cuts` is the number of a set

/** Above every rank: at most 32,766 cuts a feature. */
const HIGHEST: u16 = 32767;

/** 2^23 and 2^52: adding one rounds a small number to whole, which then lies in the low bits. */
// @ts-ignore: decorator
@inline
function whole<T extends number>(x: T): usize {
  if (sizeof<T>() == 4) return <usize>(reinterpret<u32>(<f32>x + <f32>8388608.0) & 0x7fffff);
  return <usize>(reinterpret<u64>(<f64>x + 4503599627370496.0) & 0xffffffff);
}

// @ts-ignore: decorator
@inline
function cellOf<T extends number>(x: T, low: T, scale: T, top: T): usize {
  const at = (x - low) * scale;
  const above = select<T>(at, <T>0, at > <T>0); // NaN is in cell 0
  return whole<T>(select<T>(above, top, above < top));
}

// @ts-ignore: decorator
@inline
function rankBySteps<T extends number, R extends number>(input: usize, stride: usize, rows: u32, group: usize, ranks: usize, steps: u32): void {
  const cuts = <usize>load<u32>(group, 8);
  const starts = <usize>load<u32>(group, 20);
  const low = load<T>(group, 32);
  const scale = load<T>(group, 40);
  const top = load<T>(group, 48);
  for (let row: usize = 0; row < <usize>rows; row++) {
    const x = load<T>(input);
    input += stride;
    const start = <usize>load<R>(starts + cellOf<T>(x, low, scale, top) * sizeof<R>());
    const cut = cuts + start * sizeof<T>();
    let rank = <u32>start + u32(load<T>(cut) <= x);
    if (steps > 1) rank += u32(load<T>(cut, sizeof<T>()) <= x);
    if (steps > 2) rank += u32(load<T>(cut, 2 * sizeof<T>()) <= x);
    if (steps > 3) rank += u32(load<T>(cut, 3 * sizeof<T>()) <= x);
    if (sizeof<R>() == 1) store<u8>(ranks + row, <u8>(rank ^ 128));
    else store<u16>(ranks + (row << 1), <u16>rank);
  }
}

// @ts-ignore: decorator
@inline
function rankByHalves<T extends number, R extends number>(input: usize, stride: usize, rows: u32, group: usize, ranks: usize): void {
  const cuts = <usize>load<u32>(group, 8);
  const count = load<u32>(group, 12);
  for (let row: usize = 0; row < <usize>rows; row++) {
    const x = load<T>(input);
    input += stride;
    let base = cuts;
    let left = count;
    while (left > 1) {
      const half = left >> 1;
      base = select(base + <usize>half * sizeof<T>(), base, load<T>(base + <usize>(half - 1) * sizeof<T>()) <= x);
      left -= half;
    }
    const rank = <u32>((base - cuts) / sizeof<T>()) + u32(load<T>(base) <= x);
    if (sizeof<R>() == 1) store<u8>(ranks + row, <u8>(rank ^ 128));
    else store<u16>(ranks + (row << 1), <u16>rank);
  }
}

// @ts-ignore: decorator
@inline
function rank<T extends number, R extends number>(input: usize, stride: usize, rows: u32, group: usize, ranks: usize): void {
  const steps = load<u32>(group, 16);
  if (steps == 1) rankBySteps<T, R>(input, stride, rows, group, ranks, 1);
  else if (steps == 2) rankBySteps<T, R>(input, stride, rows, group, ranks, 2);
  else if (steps == 3 || steps == 4) rankBySteps<T, R>(input, stride, rows, group, ranks, 4);
  else rankByHalves<T, R>(input, stride, rows, group, ranks);
}

// @ts-ignore: decorator
@inline
function isMissing<T extends number>(x: T, zeroToo: bool): bool {
  return x != x || (zeroToo && abs<f64>(<f64>x) <= LIGHTGBM_ZERO);
}

/** Gives every missing value the rank `value`. */
// @ts-ignore: decorator
@inline
function setMissing<T extends number, R extends number>(input: usize, stride: usize, rows: u32, zeroToo: bool, ranks: usize, value: R): void {
  for (let row: usize = 0; row < <usize>rows; row++) {
    if (isMissing<T>(load<T>(input), zeroToo)) store<R>(ranks + row * sizeof<R>(), value);
    input += stride;
  }
}

/** The 16-bit ranks as columns of 255 cuts each. */
function narrow(ranks: usize, rows: u32, columns: u32, out: usize): void {
  for (let column: u32 = 0; column < columns; column++) {
    const before = i16x8.splat(<i16>(column * 255));
    for (let row: usize = 0; row < <usize>rows; row += 16) {
      const low = i16x8.sub_sat_u(v128.load(ranks + (row << 1)), before);
      const high = i16x8.sub_sat_u(v128.load(ranks + (row << 1), 16), before);
      const bytes = v128.xor(i8x16.narrow_i16x8_u(low, high), i8x16.splat(-128));
      v128.store(out + <usize>column * BLOCK + row, bytes);
    }
  }
}

// @ts-ignore: decorator
@inline
function rankGroup<T extends number>(input: usize, stride: usize, rows: u32, group: usize, sets: usize, wide: usize, bins: usize): void {
  const kind = load<u32>(group, 4);
  const lowColumn = load<u32>(group, 56);
  const highColumn = load<u32>(group, 60);
  const zeroToo = (kind & ZERO_IS_MISSING) != 0;
  if (kind & BY_SET) {
    const column = select(highColumn, lowColumn, lowColumn == NONE);
    const missingBit: u8 = lowColumn == NONE ? 127 : 128;
    const out = bins + <usize>column * BLOCK;
    for (let row: usize = 0; row < <usize>rows; row++) {
      const x = load<T>(input + row * stride);
      store<u8>(out + row, x != x ? missingBit : rightBySet<T>(sets, load<u32>(group, 8), x) ? 127 : 128);
    }
    return;
  }
  if (kind & WIDE) {
    rank<T, u16>(input, stride, rows, group, wide);
    if (zeroToo) setMissing<T, u16>(input, stride, rows, true, wide, 0);
    if (lowColumn != NONE) narrow(wide, rows, load<u32>(group, 64), bins + <usize>lowColumn * BLOCK);
    if (highColumn == NONE) return;
    setMissing<T, u16>(input, stride, rows, zeroToo, wide, HIGHEST);
    narrow(wide, rows, load<u32>(group, 64), bins + <usize>highColumn * BLOCK);
    return;
  }
  const low = bins + <usize>lowColumn * BLOCK;
  const high = bins + <usize>highColumn * BLOCK;
  if (lowColumn == NONE) {
    rank<T, u8>(input, stride, rows, group, high);
  } else {
    rank<T, u8>(input, stride, rows, group, low);
    if (zeroToo) setMissing<T, u8>(input, stride, rows, true, low, 128);
    if (highColumn == NONE) return;
    memory.copy(high, low, rows);
  }
  setMissing<T, u8>(input, stride, rows, zeroToo, high, 127);
}

/** One block: `rows` rows (at most BLOCK) of [rows][features] at `input` into the columns at `bins`. `wide` is room for BLOCK 16-bit ranks. */
export function rankF32(groups: usize, count: u32, sets: usize, wide: usize, input: usize, features: u32, rows: u32, bins: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const group = groups + <usize>i * 80;
    rankGroup<f32>(input + (<usize>load<u32>(group) << 2), <usize>features << 2, rows, group, sets, wide, bins);
  }
}

/** The same for f64 features. */
export function rankF64(groups: usize, count: u32, sets: usize, wide: usize, input: usize, features: u32, rows: u32, bins: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const group = groups + <usize>i * 80;
    rankGroup<f64>(input + (<usize>load<u32>(group) << 3), <usize>features << 3, rows, group, sets, wide, bins);
  }
}
