/*
 * Decimal digits as bytes.
 *
 *   digits    ├ d0 ┼ d1 … d8 ┼ d9 … d16 ┤        17 digits of a number below 10^17, leading zeros included
 */

/** What {@link writeDecimal} may write beyond the end that it returns, with all that it writes: room that must be there. */
export const NUMBER_ROOM: u32 = 64;

const ZEROS: u64 = 0x3030303030303030;

/** Digits, and room to read beyond them. */
const digits: usize = memory.data(64, 16);

/** The eight digits of a number below 10^8, the highest in the lowest byte. */
// @ts-ignore: decorator
@inline
function eight(x: u64): u64 {
  const upper = (x * 3518437209) >> 45; // x / 10,000
  let lanes = upper | ((x - upper * 10000) << 32);
  let tens = ((lanes * 5243) >> 19) & 0x0000007f0000007f; // each lane / 100
  lanes = tens | ((lanes - tens * 100) << 16);
  tens = ((lanes * 103) >> 10) & 0x000f000f000f000f; // each lane / 10
  return tens | ((lanes - tens * 10) << 8);
}

/** Whole numbers below 10^17, without leading zeros. Returns the end. */
export function writeWhole(out: usize, x: u64): usize {
  if (x < 10) {
    store<u8>(out, <u8>x + 48);
    return out + 1;
  }
  if (x < 100_000_000) {
    const bytes = eight(x);
    const zeros = ctz(bytes) & 0x38;
    store<u64>(out, (bytes | ZEROS) >> zeros);
    return out + 8 - <usize>(zeros >> 3);
  }
  return writeDecimal(out, x, 0);
}

// @ts-ignore: decorator
@inline
function copyDigits(out: usize, from: i32): void {
  v128.store(out, v128.load(digits + <usize>from));
  store<u64>(out, load<u64>(digits + <usize>from, 16), 16);
}

/**
 * x * 10^exponent, 0 < x < 10^17, as JavaScript writes it (ECMA-262, Number::toString): plain between 1e-6 and 1e21, else d.ddde±d. Zeros at the end of x
 * are none of its digits. Returns the end; {@link NUMBER_ROOM} bytes must be there.
 */
export function writeDecimal(out: usize, x: u64, exponent: i32): usize {
  const upper = x / 100_000_000;
  const top = upper / 100_000_000;
  const middle = eight(upper - top * 100_000_000);
  const bottom = eight(x - upper * 100_000_000);
  store<u8>(digits, <u8>top + 48);
  store<u64>(digits, middle | ZEROS, 1);
  store<u64>(digits, bottom | ZEROS, 9);
  const first: i32 = top ? 0 : middle ? 1 + <i32>(ctz(middle) >> 3) : 9 + <i32>(ctz(bottom) >> 3);
  const end: i32 = bottom ? 17 - <i32>(clz(bottom) >> 3) : middle ? 9 - <i32>(clz(middle) >> 3) : 1;
  const length = end - first;
  const point = 17 - first + exponent; // x * 10^exponent = 0.ddd * 10^point
  if (0 < point && point <= 21) {
    copyDigits(out, first);
    if (length <= point) {
      if (length == point) return out + length;
      store<u64>(out + length, ZEROS);
      v128.store(out + length + 8, i8x16.splat(48));
      return out + point;
    }
    store<u8>(out + point, 46);
    copyDigits(out + point + 1, first + point);
    return out + length + 1;
  }
  if (-6 < point && point <= 0) {
    store<u64>(out, ZEROS & ~0xff00 | 0x2e00);
    copyDigits(out + 2 - point, first);
    return out + 2 - point + length;
  }
  copyDigits(out + 1, first);
  store<u8>(out, load<u8>(out, 1));
  store<u8>(out, 46, 1);
  out += length > 1 ? <usize>length + 1 : 1;
  const power = point - 1;
  store<u8>(out, 101);
  store<u8>(out, power < 0 ? 45 : 43, 1);
  return writeWhole(out + 2, <u64>abs(power));
}
