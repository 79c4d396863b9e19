import { readNumber } from "./number";
import { ESCAPED, NULL, NULL_TEXT, NUMBER, setCell, TEXT, Plan } from "./plan";

const COMMA: u8 = 0x2c;
const QUOTE: u8 = 0x22;

/** The first comma or quote from `p` on; there is a comma. */
// @ts-ignore: decorator
@inline
function commaOrQuote(p: usize): usize {
  while (true) {
    const v = v128.load(p);
    const bits = i8x16.bitmask(v128.or(i8x16.eq(v, i8x16.splat(COMMA)), i8x16.eq(v, i8x16.splat(QUOTE))));
    if (bits) return p + <usize>ctz(bits);
    p += 16;
  }
}

/**
 * Reads a row into the cells of the plan; false where it has not as many cells as the header, or quotes inside of cells. At `end` must be a comma that is not the row's: it
 * ends the last cell. A cell that is a number of JSON's grammar is one here; what else `Number` takes, or does not, stays text.
 */
export function readRow(plan: Plan, p: usize, end: usize): bool {
  for (let column: u32 = 0; column < plan.columns; column++) {
    if (p > end) return false;
    const wanted = load<u32>(plan.columnsAt + (<usize>column << 2));
    let first = p;
    if (load<u8>(p) == QUOTE) {
      first = ++p;
      let doubled = false;
      while (true) {
        while (p < end && load<u8>(p) != QUOTE) p++;
        if (p >= end) return false;
        if (load<u8>(p, 1) != QUOTE) break;
        doubled = true;
        p += 2;
      }
      if (wanted) setText(plan, wanted - 1, doubled, first, p);
      p++;
    } else {
      const after = wanted ? readNumber(p, plan.cells + (<usize>(wanted - 1) << 4)) : 0;
      if (after && load<u8>(after) == COMMA) {
        p = after;
        setCell(plan, wanted - 1, NUMBER, first, p - first);
      } else {
        p = commaOrQuote(p);
        if (wanted) setText(plan, wanted - 1, false, first, p);
      }
    }
    if (load<u8>(p) != COMMA) return false;
    p++;
  }
  return p == end + 1;
}

/** A cell in quotes, or one that is no number at first sight. */
function setText(plan: Plan, key: u32, doubled: bool, first: usize, close: usize): void {
  const length = close - first;
  if (doubled) setCell(plan, key, ESCAPED, first, length);
  else if (length == 0) setCell(plan, key, NULL, first, 0);
  else if (length == 4 && load<u32>(first) == 0x4c4c554e) setCell(plan, key, NULL_TEXT, first, length);
  else {
    const after = readNumber(first, plan.cells + (<usize>key << 4));
    setCell(plan, key, after == close ? NUMBER : TEXT, first, length);
  }
}
