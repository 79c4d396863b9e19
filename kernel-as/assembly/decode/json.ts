import { readNumber } from "./number";
import { ABSENT, ESCAPED, FALSE, findName, NESTED, NULL, NULL_TEXT, NUMBER, SCRATCH, setCell, TEXT, TRUE, Plan } from "./plan";
import { blank, skipValue, wordEnd } from "./skip";
import { escaped, isAt, stringEnd, unescape } from "./text";

/** The entry of the key whose quotes are before `p` and at `close`: 0 for a key that nobody asks for, -1 for one that is not understood. */
function findEntry(plan: Plan, p: usize, close: usize): i32 {
  let row: usize;
  if (escaped) {
    if (close - p > <usize>SCRATCH) return -1;
    const length = unescape(p, close, plan.scratch);
    if (length < 0) return -1;
    row = findName(plan, plan.scratch, length);
  } else {
    row = findName(plan, p, <u32>(close - p));
  }
  if (!row) return 0;
  const first = load<u32>(row, 12);
  const key = load<u32>(row, 8) - 1;
  const length = <u32>(close - p) + 2;
  // an escaped key may be written in one of the usual ways, which is then expected the next time
  if (escaped) {
    for (let entry = first + 1; entry < plan.entries; entry++) {
      const at = plan.entriesAt + (<usize>entry << 4);
      if (load<u32>(at, 8) != key) break;
      if (load<u32>(at, 4) == length && isAt(p - 1, load<u32>(at), length)) return entry;
    }
  }
  return first;
}

/**
 * Reads a message from `p` up to `end` into the cells of the plan; false for what is no JSON object, and for what is not understood: a key that is meant for the schema
 * and has half a surrogate, nesting of more than 64 levels, a number of more than 19 digits. The bytes are UTF-8. Reads at most 32 bytes past `end`.
 */
export function readObject(plan: Plan, p: usize, end: usize): bool {
  while (end > p && isBlank(load<u8>(end - 1))) end--;
  // what follows goes no further than this brace, but for strings, which are told the end
  if (end < p + 2 || load<u8>(end - 1) != 0x7d) return false;
  p = blank(p);
  if (p + 2 > end || load<u8>(p) != 0x7b) return false;
  p = blank(p + 1);
  if (load<u8>(p) == 0x7d) return p + 1 == end;
  const entries = plan.entriesAt;
  let last = entries;
  while (true) {
    let entry = entries + (<usize>load<u32>(last, 12) << 4);
    const length = <usize>load<u32>(entry, 4);
    if (length != 0 && p + length < end && isAt(p, load<u32>(entry), length)) {
      p += length;
      last = entry;
    } else {
      if (load<u8>(p) != 0x22) return false;
      const close = stringEnd(p + 1, end);
      if (!close) return false;
      const found = findEntry(plan, p + 1, close);
      if (found < 0) return false;
      p = close + 1;
      entry = 0;
      if (found) {
        entry = entries + (<usize>found << 4);
        store<u32>(last, found, 12);
        last = entry;
      }
    }
    if (load<u16>(p) == 0x203a) p += 2;
    else {
      p = blank(p);
      if (load<u8>(p++) != 0x3a) return false;
    }
    if (load<u8>(p) <= 0x20) p = blank(p);
    p = entry ? readValue(plan, p, end, load<u32>(entry, 8)) : skipValue(p, end);
    if (!p || p >= end) return false;
    if (load<u16>(p) == 0x202c) p += 2;
    else {
      p = blank(p);
      const c = load<u8>(p++);
      if (c == 0x7d) return p == end;
      if (c != 0x2c) return false;
    }
    if (load<u8>(p) <= 0x20) p = blank(p);
  }
}

// @ts-ignore: decorator
@inline
function isBlank(c: u8): bool {
  return c == 0x20 || c == 0x0a || c == 0x0d || c == 0x09;
}

/** Reads the value at `p` into a key's cell; returns the byte after it, or 0. */
// @ts-ignore: decorator
@inline
function readValue(plan: Plan, p: usize, end: usize, key: u32): usize {
  const c = load<u8>(p);
  if (c == 0x22) {
    const close = stringEnd(p + 1, end);
    if (!close) return 0;
    const length = close - p - 1;
    const tag = escaped ? ESCAPED : length == 4 && load<u32>(p, 1) == 0x4c4c554e ? NULL_TEXT : TEXT;
    setCell(plan, key, tag, p + 1, length);
    return close + 1;
  }
  if (c == 0x2d || <u32>c - 0x30 <= 9) {
    const after = readNumber(p, plan.cells + (<usize>key << 4));
    setCell(plan, key, NUMBER, p, after - p);
    return after;
  }
  if (c == 0x7b || c == 0x5b) {
    setCell(plan, key, NESTED, p, 0);
    return skipValue(p, end);
  }
  setCell(plan, key, c == 0x6e ? NULL : c == 0x74 ? TRUE : c == 0x66 ? FALSE : ABSENT, p, 0);
  return wordEnd(p);
}
