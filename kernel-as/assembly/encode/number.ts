import { NUMBER_ROOM, writeDecimal, writeWhole } from "./decimal";
import { high, low } from "./powers";

/*
 * The shortest decimal that reads back as the same f64, the nearest of them where there are several: Raffaello Giulietti, "The Schubfach way to render doubles" (2020).
 *
 *   x = c * 2^q lies in an interval of numbers that round to it, from halfway below to halfway above (at a power of two a quarter below). Of all 10^k the
 *   largest that is no longer than the interval has one or two multiples in it, and 10^(k+1) at most one: that one, or else the nearer of the two, is wanted.
 *   Four times x and four times the bounds are divided by 10^k in 192 bits; bits that are lost are kept as one that says whether there are any.
 */

const NULL: u32 = 0x6c6c756e;

/** Below it, and above 1e-4, six decimals are tried first. */
const SHORT_MOST: f64 = 1e9;

/** The high 64 of 128 bits. */
// @ts-ignore: decorator
@inline
function mulHigh(a: u64, b: u64): u64 {
  const a0 = a & 0xffffffff;
  const a1 = a >> 32;
  const b0 = b & 0xffffffff;
  const b1 = b >> 32;
  const middle = a1 * b0 + ((a0 * b0) >> 32);
  return a1 * b1 + (middle >> 32) + ((a0 * b1 + (middle & 0xffffffff)) >> 32);
}

/** x as JSON: `null` for NaN and the infinities, 0 for -0. Returns the end; NUMBER_ROOM bytes must be there. */
export function writeNumber(out: usize, x: f64): usize {
  const bits = reinterpret<u64>(x);
  if ((bits >> 52 & 0x7ff) == 0x7ff) {
    store<u32>(out, NULL);
    return out + 4;
  }
  if (bits << 1 == 0) {
    store<u8>(out, 48);
    return out + 1;
  }
  store<u8>(out, 45);
  out += <usize>(bits >> 63);
  const size = abs(x);
  if (size < 9007199254740992.0) {
    const whole = <u64>size;
    if (<f64>whole == size) return writeWhole(out, whole);
    if (size < SHORT_MOST) {
      // at most 15 digits: no two such decimals are the same f64, so this one is the shortest
      const millionths = nearest(size * 1e6);
      if (millionths / 1e6 == size) return writeDecimal(out, <u64>millionths, -6);
    }
  }
  return writeShortest(out, bits & 0x7fffffffffffffff);
}

/** Of a finite x > 0 that is given as its bits. */
function writeShortest(out: usize, bits: u64): usize {
  const fraction = bits & 0xfffffffffffff;
  const biased = <i32>(bits >> 52);
  const c = biased ? fraction | 0x10000000000000 : fraction;
  const q = (biased ? biased : 1) - 1075;
  const irregular = fraction == 0 && biased > 1;
  const k = irregular ? (q * 1262611 - 524031) >> 22 : (q * 1262611) >> 22; // ⌊log10 of the interval's length⌋
  const shift = <u64>(q + ((-k * 1741647) >> 19) + 1); // 1…4, by ⌊log2 10^-k⌋
  const odd = c & 1; // the bounds of an even c round to it

  // four times x / 10^k: 128 bits of 10^-k times 4 c, less the lowest 64 bits
  const g1 = high(-k);
  const g0 = low(-k);
  const four = c << 2 << shift;
  const p0 = g0 * four;
  const low1 = mulHigh(g0, four);
  const p1 = g1 * four + low1;
  const p2 = mulHigh(g1, four) + u64(p1 < low1);
  // and with 4 c + 2, and 4 c - 2 or - 1
  const r0 = g0 << (shift + 1);
  const r1 = (g1 << (shift + 1)) | (g0 >> (63 - shift));
  const r2 = g1 >> (63 - shift);
  const right0 = p0 + r0;
  const carry0 = u64(right0 < p0);
  const right1 = p1 + r1;
  const right1c = right1 + carry0;
  const right2 = p2 + r2 + u64(right1 < p1) + u64(right1c < carry0);
  const narrower = u64(irregular);
  const l0 = g0 << (shift + 1 - narrower);
  const l1 = (g1 << (shift + 1 - narrower)) | (g0 >> (63 - shift + narrower));
  const l2 = g1 >> (63 - shift + narrower);
  const borrow0 = u64(p0 < l0);
  const left1 = p1 - l1;
  const left1b = left1 - borrow0;
  const left2 = p2 - l2 - u64(p1 < l1) - u64(left1 < borrow0);
  const value = p2 | u64(p1 > 1);
  const right = (right2 | u64(right1c > 1)) - odd;
  const left = (left2 | u64(left1b > 1)) + odd;

  const s = value >> 2;
  const tens = s / 10;
  if (s >= 10) {
    const below = tens * 40;
    const downIn = left <= below;
    const upIn = below + 40 <= right;
    if (downIn != upIn) return writeDecimal(out, upIn ? tens + 1 : tens, k + 1);
  }
  const downIn = left <= s << 2;
  const upIn = (s + 1) << 2 <= right;
  if (downIn != upIn) return writeDecimal(out, upIn ? s + 1 : s, k);
  const middle = (s << 2) + 2;
  const up = value > middle || (value == middle && (s & 1) != 0);
  return writeDecimal(out, up ? s + 1 : s, k);
}
