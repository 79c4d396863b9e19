import { writeWhole } from "./decimal";
import { writeNumber } from "./number";

/** Number.prototype.toFixed(1): the nearest tenth to x itself, not to its shortest decimal, ties away from 0; from 2^52 on, and what is not finite, as {@link writeNumber}. */
export function writeTenths(out: usize, x: f64): usize {
  const bits = reinterpret<u64>(x);
  if (!(abs(x) < 4503599627370496.0)) return writeNumber(out, x);
  const biased = bits >> 52 & 0x7ff;
  const places = 1075 - biased; // x = c / 2^places, at least 1
  const c = (bits & 0xfffffffffffff) | 0x10000000000000;
  const tenths = places > 60 || biased == 0 ? 0 : (c * 10 + (<u64>1 << (places - 1))) >> places;
  if (x < 0) store<u8>(out++, 45);
  out = writeWhole(out, tenths / 10);
  store<u8>(out, 46);
  store<u8>(out, <u8>(tenths % 10) + 48, 1);
  return out + 2;
}
