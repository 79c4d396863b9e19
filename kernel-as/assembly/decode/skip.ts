import { skipNumber } from "./number";
import { stringEnd } from "./text";

/*
 * JSON's grammar (RFC 8259), without recursion. The byte before `end` must be '}': numbers, literals and blanks end there at the latest, and strings are told
 * `end`.
 */

const NULL_WORD: u32 = 0x6c6c756e;
const TRUE_WORD: u32 = 0x65757274;
const FALSE_WORD: u32 = 0x736c6166; // and an e

const DEEPEST: u32 = 64;

/** The first byte from `p` on that is no blank. */
// @ts-ignore: decorator
@inline
export function blank(p: usize): usize {
  for (let c = load<u8>(p); c == 0x20 || c == 0x0a || c == 0x0d || c == 0x09; c = load<u8>(p)) p++;
  return p;
}

/** The byte after `null`, `true` or `false` at `p`, or 0. */
export function wordEnd(p: usize): usize {
  const word = load<u32>(p);
  if (word == NULL_WORD || word == TRUE_WORD) return p + 4;
  return word == FALSE_WORD && load<u8>(p, 4) == 0x65 ? p + 5 : 0;
}

function scalarEnd(p: usize, end: usize): usize {
  const c = load<u8>(p);
  if (c == 0x22) {
    const close = stringEnd(p + 1, end);
    return close ? close + 1 : 0;
  }
  return c == 0x2d || <u32>c - 0x30 <= 9 ? skipNumber(p) : wordEnd(p);
}

/** From a key's opening quote to its value; 0 for what is not one. */
function toValue(p: usize, end: usize): usize {
  if (load<u8>(p) != 0x22) return 0;
  p = stringEnd(p + 1, end);
  if (!p) return 0;
  p = blank(p + 1);
  return load<u8>(p) == 0x3a ? blank(p + 1) : 0;
}

/** The byte after the value at `p`, or 0 where it is not sound or nested more than 64 deep. */
export function skipValue(p: usize, end: usize): usize {
  let open: u64 = 0; // a bit for each level, the innermost lowest: 1 is an object
  let depth: u32 = 0;
  while (true) {
    const c = load<u8>(p);
    if (c == 0x7b || c == 0x5b) {
      if (depth == DEEPEST) return 0;
      depth++;
      open = (open << 1) | u64(c == 0x7b);
      p = blank(p + 1);
      if (load<u8>(p) != c + 2) {
        if (c == 0x7b) {
          p = toValue(p, end);
          if (!p) return 0;
        }
        continue;
      }
    } else {
      p = scalarEnd(p, end);
      if (!p || depth == 0) return p;
    }
    while (true) {
      if (p >= end) return 0;
      p = blank(p);
      const d = load<u8>(p);
      if (d == (open & 1 ? 0x7d : 0x5d)) {
        p++;
        open >>= 1;
        if (--depth == 0) return p;
        continue;
      }
      if (d != 0x2c) return 0;
      p = blank(p + 1);
      if (open & 1) {
        p = toValue(p, end);
        if (!p) return 0;
      }
      break;
    }
  }
}
