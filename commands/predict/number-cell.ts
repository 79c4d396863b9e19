const MINUS = 45;
const POINT = 46;
const ZERO = 48;

/** Whole numbers of so many digits, and the powers of ten below, are exact in f64, so one division rounds right (Clinger 1990). */
const EXACT_DIGITS = 15;
const POWERS = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, i) => 10 ** i);

const NUMBER = /^[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** What stands for other numbers, as Python, R, SQL and this project write them; NaN is a missing value. */
const WORDS: ReadonlyMap<string, number> = new Map([
  ["", NaN],
  ...["NaN", "nan", "NA", "null", "NULL"].map((word) => [word, NaN] as const),
  ...["inf", "Inf", "+inf", "Infinity", "+Infinity"].map((word) => [word, Infinity] as const),
  ...["-inf", "-Inf", "-Infinity"].map((word) => [word, -Infinity] as const),
  ...["true", "True", "TRUE"].map((word) => [word, 1] as const),
  ...["false", "False", "FALSE"].map((word) => [word, 0] as const),
]);

/**
 * Reads the number in `bytes` from `start` to `end` into `out[at]`, NaN for a missing one. False, and nothing is written, for what is none. The same
 * f64 as `Number` gives, without a string for ordinary decimals.
 */
export function readNumber(bytes: Buffer, start: number, end: number, out: Float64Array, at: number): boolean {
  const isNegative = bytes[start] === MINUS;
  let whole = 0;
  let point = -1;
  let i = isNegative ? start + 1 : start;
  const digits = end - i;
  if (digits > EXACT_DIGITS || digits < 1) return readNumberText(bytes.toString("latin1", start, end), out, at);
  for (; i < end; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit >= 0 && digit <= 9) whole = whole * 10 + digit;
    else if (bytes[i] === POINT && point === -1 && digits > 1) point = i;
    else return readNumberText(bytes.toString("latin1", start, end), out, at);
  }
  const value = point === -1 ? whole : whole / POWERS[end - 1 - point]!;
  out[at] = isNegative ? -value : value;
  return true;
}

/** The same of a text. */
export function readNumberText(cell: string, out: Float64Array, at: number): boolean {
  const text = cell.trim();
  const value = NUMBER.test(text) ? Number(text) : WORDS.get(text);
  if (value === undefined) return false;
  out[at] = value;
  return true;
}
