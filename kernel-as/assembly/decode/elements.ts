import { blank, skipValue } from "./skip";

/**
 * Copies the elements of the JSON array from `p` up to `end`, one behind the other, to `out` (as many bytes as the array has), and writes where each begins and the last one ends, u32, to `bounds`,
 * which has room for `most` + 1. Returns how many there are; -1 where the array is not sound, nested more than 64 levels deep, or has more than `most`. Text in strings may be no UTF-8. Reads at most 32 bytes past `end`.
 */
export function elements(p: usize, end: usize, out: usize, bounds: usize, most: u32): i32 {
  if (end < p + 2 || load<u8>(p) != 0x5b || load<u8>(end - 1) != 0x5d) return -1;
  const first = out;
  store<u32>(bounds, 0);
  p = blank(p + 1);
  if (load<u8>(p) == 0x5d) return p + 1 == end ? 0 : -1;
  for (let count: u32 = 1; count <= most; count++) {
    const after = skipValue(p, end);
    if (!after || after >= end) return -1;
    memory.copy(out, p, after - p);
    out += after - p;
    store<u32>(bounds + (<usize>count << 2), <u32>(out - first));
    p = blank(after);
    const c = load<u8>(p);
    if (c == 0x5d) return p + 1 == end ? <i32>count : -1;
    if (c != 0x2c) return -1;
    p = blank(p + 1);
  }
  return -1;
}
