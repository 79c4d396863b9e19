/*
 * Stretches of text. All of these may read up to 16 bytes past `end`, never judging by them.
 */

/** 16 bytes of ones, 16 of zeros: from 16 - n on there are n bytes of ones. */
const MASKS: StaticArray<u64> = [-1, -1, 0, 0];

/** Whether the `length` bytes at `p` are those at `literal`. Reads up to 15 bytes past either. */
// @ts-ignore: decorator
@inline
export function isAt(p: usize, literal: usize, length: usize): bool {
  for (; length > 16; length -= 16, p += 16, literal += 16) {
    if (v128.any_true(v128.xor(v128.load(p), v128.load(literal)))) return false;
  }
  const mask = v128.load(changetype<usize>(MASKS) + 16 - length);
  return !v128.any_true(v128.and(v128.xor(v128.load(p), v128.load(literal)), mask));
}

/** Whether the bytes are UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. */
export function isUtf8(p: usize, end: usize): bool {
  while (p + 64 <= end) {
    const a = v128.or(v128.load(p), v128.load(p, 16));
    const b = v128.or(v128.load(p, 32), v128.load(p, 48));
    if (i8x16.bitmask(v128.or(a, b))) break;
    p += 64;
  }
  while (p < end) {
    if (i8x16.bitmask(v128.load(p)) == 0) {
      p += 16;
      continue;
    }
    const stop = min(p + 16, end);
    while (p < stop) {
      const c = <u32>load<u8>(p);
      if (c < 0x80) {
        p++;
        continue;
      }
      const more: usize = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
      if (c < 0xc2 || c > 0xf4 || p + more >= end) return false;
      const next = <u32>load<u8>(p, 1);
      const low: u32 = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
      const high: u32 = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
      if (next < low || next > high) return false;
      if (more > 1 && (<u32>load<u8>(p, 2) & 0xc0) != 0x80) return false;
      if (more > 2 && (<u32>load<u8>(p, 3) & 0xc0) != 0x80) return false;
      p += more + 1;
    }
  }
  return true;
}

/** Whether {@link stringEnd} has met an escape. */
export let escaped: bool = false;

/** The closing quote of the JSON string whose first byte is at `p`, or 0 if there is none before `end` or the string is not sound. */
export function stringEnd(p: usize, end: usize): usize {
  escaped = false;
  while (p < end) {
    const v = v128.load(p);
    const telling = v128.or(v128.or(i8x16.eq(v, i8x16.splat(0x22)), i8x16.eq(v, i8x16.splat(0x5c))), i8x16.lt_u(v, i8x16.splat(0x20)));
    const bits = i8x16.bitmask(telling);
    if (bits == 0) {
      p += 16;
      continue;
    }
    p += <usize>ctz(bits);
    if (p >= end) return 0;
    const c = load<u8>(p);
    if (c == 0x22) return p;
    if (c != 0x5c) return 0;
    escaped = true;
    const kind = load<u8>(p, 1);
    if (kind == 0x75) {
      if (hex4(p + 2) < 0) return 0;
      p += 6;
    } else if (isEscape(kind)) p += 2;
    else return 0;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function isEscape(c: u8): bool {
  return c == 0x22 || c == 0x5c || c == 0x2f || c == 0x62 || c == 0x66 || c == 0x6e || c == 0x72 || c == 0x74;
}

/** Four hexadecimal digits, or -1. */
function hex4(p: usize): i32 {
  let value: i32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const c = <i32>load<u8>(p + i);
    const letter = c | 0x20;
    const digit = c >= 0x30 && c <= 0x39 ? c - 0x30 : letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
    if (digit < 0) return -1;
    value = (value << 4) | digit;
  }
  return value;
}

/**
 * Writes what a sound JSON string means, as UTF-8, to `out`: never more bytes than the string has. Returns how many, or -1 for a surrogate without its other half.
 */
export function unescape(p: usize, end: usize, out: usize): i32 {
  const first = out;
  while (p < end) {
    const c = load<u8>(p);
    if (c != 0x5c) {
      store<u8>(out++, c);
      p++;
      continue;
    }
    const kind = load<u8>(p, 1);
    if (kind != 0x75) {
      store<u8>(out++, kind == 0x62 ? 8 : kind == 0x66 ? 12 : kind == 0x6e ? 10 : kind == 0x72 ? 13 : kind == 0x74 ? 9 : kind);
      p += 2;
      continue;
    }
    let point = hex4(p + 2);
    p += 6;
    if ((point & 0xfc00) == 0xdc00) return -1;
    if ((point & 0xfc00) == 0xd800) {
      if (p + 6 > end || load<u16>(p) != 0x755c) return -1;
      const other = hex4(p + 2);
      if ((other & 0xfc00) != 0xdc00) return -1;
      point = 0x10000 + ((point & 0x3ff) << 10) + (other & 0x3ff);
      p += 6;
    }
    out = writePoint(point, out);
  }
  return <i32>(out - first);
}

function writePoint(point: i32, out: usize): usize {
  if (point < 0x80) {
    store<u8>(out, <u8>point);
    return out + 1;
  }
  let bytes: usize = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  const end = out + bytes;
  const lead: i32 = bytes == 2 ? 0xc0 : bytes == 3 ? 0xe0 : 0xf0;
  for (; bytes > 1; bytes--) {
    store<u8>(out + bytes - 1, <u8>(0x80 | (point & 0x3f)));
    point >>= 6;
  }
  store<u8>(out, <u8>(lead | point));
  return end;
}
