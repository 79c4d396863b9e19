/*
 * Decimal to f64, to the last bit: a mantissa of up to 19 digits and a power of ten. Short ones are one division of two numbers that are exact (W. Clinger, How to read
 * floating point numbers accurately, PLDI 1990); others are the mantissa times a 128-bit power of five, whose product decides the rounding of every such number
 * (D. Lemire, Number parsing at a gigabyte per second, 2021; N. Mushtak and D. Lemire, Fast number parsing without fallback, 2022).
 */

const TENS: StaticArray<f64> = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];
const WHOLE_TENS: StaticArray<u64> = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

const LEAST_POWER: i32 = -342;
const GREATEST_POWER: i32 = 308;
const MOST_DIGITS: u32 = 19;
/** Exponents beyond this are left alone: it would take a hundred million digits to bring a number back from there. */
const FAR: i32 = 100_000_000;

/** 5^-342 … 5^308, their leading 128 bits: u64 low, u64 high. See host/powers.ts. */
let powers: usize = 0;

export function setPowers(table: usize): void {
  powers = table;
}

const ZEROS: u64 = 0x3030303030303030;
/** '.' and 'e' less ZEROS. */
const POINT: u64 = 0x1e;
const EXPONENT: u64 = 0x55;

/** For eight bytes less ZEROS a high bit in each that is no digit; right up to the first of them. */
// @ts-ignore: decorator
@inline
function strangers(w: u64): u64 {
  return ((w + 0x7676767676767676) | w) & 0x8080808080808080;
}

/** Eight digits, the first in the lowest byte. */
// @ts-ignore: decorator
@inline
function eight(w: u64): u64 {
  w = w * 10 + (w >> 8);
  return ((w & 0xff000000ff) * 0xf424000000064 + ((w >> 16) & 0xff000000ff) * 0x271000000001) >> 32;
}

/** Bits of the first `bytes` bytes, 0 to 7. */
// @ts-ignore: decorator
@inline
function below(bytes: u64): u64 {
  return ((<u64>1) << (bytes << 3)) - 1;
}

/**
 * Reads the number of JSON's grammar at `p` into `out`. Returns the byte after it, or 0 if there is none, or it has more than 19 digits (leading zeros
 * not counted) or a senseless exponent. What follows the number must be readable up to the first byte that cannot belong to it, and 8 bytes from there on.
 */
// @ts-ignore: decorator
@inline
export function readNumber(p: usize, out: usize): usize {
  const negative = load<u8>(p) == 0x2d;
  p += usize(negative);
  const w = load<u64>(p) ^ ZEROS;
  const stop = strangers(w);
  if (stop == 0) return readLong(p, negative, out);
  const digits = ctz(stop) >> 3;
  if (digits == 0 || (digits > 1 && (w & 0xff) == 0)) return 0;
  const next = (w >> (digits << 3)) & 0xff;
  if (next == POINT) {
    // a point does not disturb the bytes after it
    const rest = stop & (stop - 1);
    if (rest == 0) return readLong(p, negative, out);
    const length = ctz(rest) >> 3;
    const decimals = length - digits - 1;
    if (decimals == 0) return 0;
    if (((w >> (length << 3)) & 0xdf) == EXPONENT) return readLong(p, negative, out);
    const low = below(digits);
    const joined = (w & low) | ((w >> 8) & ~low);
    const x = <f64><i64>eight(joined << (72 - (length << 3))) / load<f64>(changetype<usize>(TENS) + <usize>(decimals << 3));
    store<f64>(out, negative ? -x : x);
    return p + <usize>length;
  }
  if ((next & 0xdf) == EXPONENT) return readLong(p, negative, out);
  const x = <f64><i64>eight(w << (64 - (digits << 3)));
  store<f64>(out, negative ? -x : x);
  return p + <usize>digits;
}

/** How many digits there are at `p`; `mantissa` takes them in, modulo 2^64. */
let mantissa: u64 = 0;

// @ts-ignore: decorator
@inline
function readDigits(p: usize): usize {
  let m = mantissa;
  let w = load<u64>(p) ^ ZEROS;
  let stop = strangers(w);
  while (stop == 0) {
    m = m * 100_000_000 + eight(w);
    p += 8;
    w = load<u64>(p) ^ ZEROS;
    stop = strangers(w);
  }
  const more = ctz(stop) >> 3;
  // two shifts: no digits are a shift by 64
  mantissa = m * load<u64>(changetype<usize>(WHOLE_TENS) + <usize>(more << 3)) + eight((w << 8) << (56 - (more << 3)));
  return p + <usize>more;
}

/** The same from behind the sign, however long it is. */
function readLong(p: usize, negative: bool, out: usize): usize {
  const first = p;
  mantissa = 0;
  p = readDigits(p);
  let digits = p - first;
  if (digits == 0 || (digits > 1 && load<u8>(first) == 0x30)) return 0;
  let exponent: i32 = 0;
  let c = load<u8>(p);
  if (c == 0x2e) {
    const point = ++p;
    p = readDigits(p);
    const decimals = p - point;
    if (decimals == 0) return 0;
    digits += decimals;
    exponent = -<i32>decimals;
    c = load<u8>(p);
  }
  // a mantissa of few digits behind leading zeros has lost nothing
  if (digits > MOST_DIGITS && digits - leadingZeros(first) > MOST_DIGITS) return 0;
  if ((c | 0x20) == 0x65) {
    const sign = load<u8>(++p);
    if (sign == 0x2b || sign == 0x2d) p++;
    const begin = p;
    let written: i32 = 0;
    for (let d: u32; (d = <u32>load<u8>(p) - 0x30) <= 9; p++) if (written < FAR) written = written * 10 + d;
    if (p == begin || written >= FAR) return 0;
    exponent += sign == 0x2d ? -written : written;
  }
  const x = toDouble(mantissa, exponent);
  store<f64>(out, negative ? -x : x);
  return p;
}

/** Zeros before the first other digit, over the point. */
function leadingZeros(p: usize): usize {
  let zeros: usize = 0;
  for (let c = load<u8>(p); c == 0x30 || c == 0x2e; c = load<u8>(++p)) zeros += usize(c == 0x30);
  return zeros;
}

/** The high half of a product. */
// @ts-ignore: decorator
@inline
function highOf(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  const other = aLow * bHigh + (middle & 0xffffffff);
  return aHigh * bHigh + (middle >> 32) + (other >> 32);
}

/** The f64 nearest to w × 10^exponent, to the even one of two; w is exact. */
function toDouble(w: u64, exponent: i32): f64 {
  if (w == 0 || exponent < LEAST_POWER) return 0;
  if (exponent > GREATEST_POWER) return Infinity;
  const shift = clz(w);
  w <<= shift;
  const power = powers + (<usize>(exponent - LEAST_POWER) << 4);
  // the high half of the power does, unless the bits below those that an f64 holds are all ones
  const half = load<u64>(power, 8);
  let high = highOf(w, half);
  let low = w * half;
  if ((high & 0x1ff) == 0x1ff) {
    const carry = highOf(w, load<u64>(power));
    low += carry;
    if (carry > low) high++;
  }
  const top = <i32>(high >> 63);
  let bits = high >> (top + 9); // 54 bits: one more than an f64 holds
  // floor(log2(10^exponent)) as a product: right for all exponents of the table
  let binary = ((217706 * exponent) >> 16) + 63 + top - <i32>shift + 1023;
  if (binary <= 0) {
    if (1 - binary >= 64) return 0;
    bits >>= 1 - binary;
    bits = (bits + (bits & 1)) >> 1;
    return reinterpret<f64>(bits); // a carry into bit 52 makes the least normal number
  }
  // exactly between two numbers, which only small powers can bring about
  if (low <= 1 && exponent >= -4 && exponent <= 23 && (bits & 3) == 1 && bits << (top + 9) == high) bits &= ~(<u64>1);
  bits = (bits + (bits & 1)) >> 1;
  if (bits >= 1 << 53) {
    bits = 1 << 52;
    binary++;
  }
  if (binary >= 2047) return Infinity;
  return reinterpret<f64>((bits & 0xfffffffffffff) | (<u64>binary << 52));
}

/** The byte after the number of JSON's grammar at `p`, or 0; its value does not matter. */
export function skipNumber(p: usize): usize {
  if (load<u8>(p) == 0x2d) p++;
  const first = p;
  p = skipDigits(p);
  if (p == first || (p > first + 1 && load<u8>(first) == 0x30)) return 0;
  if (load<u8>(p) == 0x2e) {
    const point = ++p;
    p = skipDigits(p);
    if (p == point) return 0;
  }
  if ((load<u8>(p) | 0x20) != 0x65) return p;
  p++;
  const sign = load<u8>(p);
  if (sign == 0x2b || sign == 0x2d) p++;
  const begin = p;
  p = skipDigits(p);
  return p == begin ? 0 : p;
}

// @ts-ignore: decorator
@inline
function skipDigits(p: usize): usize {
  while (<u32>load<u8>(p) - 0x30 <= 9) p++;
  return p;
}
