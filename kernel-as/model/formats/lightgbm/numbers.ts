import type { Floats } from "../../forest.ts";
import { broken, type Lines, type Span } from "./lines.ts";

const SPACE = 32;
const POINT = 46;
const ZERO = 48;
const LETTER_E = 101;

/** 10^0…10^22: the powers that an f64 holds exactly. */
const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

const words: ReadonlyMap<string, number> = new Map([
  ["inf", Infinity],
  ["infinity", Infinity],
  ["nan", NaN],
]);

const none = new Float64Array(0);

/** Whether that many numbers can be there: with a space between, n take 2 n - 1 bytes. */
function hasRoom({ start, end }: Span, count: number): boolean {
  return end - start >= 2 * count - 1;
}

/**
 * Reads lists of numbers that spaces part, each as `strtod` would: the f64 nearest to the text, `inf`, `infinity` and `nan` in any case.
 * Short numbers (15 digits, a power up to 22) are exact by one multiplication or division; the others go through `Number`.
 */
export class NumberReader {
  readonly #lines: Lines;
  /** The text of `#textOf`, which long numbers are cut from. */
  #text = "";
  #textOf: Span | null = null;

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  /** Exactly `count` numbers. Throws `MGV_MODEL_FORMAT` for more, fewer, or what is no number; before it takes memory for them, if they cannot be there. */
  list(span: Span, count: number): Float64Array {
    if (!hasRoom(span, count)) broken(span, `${count} numbers are expected and there are fewer`);
    return count === 0 && span.start === span.end ? none : this.into(span, new Float64Array(count), 0, count);
  }

  /** As `list`, to `target` from its element `from` on. */
  into<Target extends Floats>(span: Span, target: Target, from: number, count: number): Target {
    const { bytes } = this.#lines;
    let read = 0;
    for (let at = span.start; ; ) {
      while (at < span.end && bytes[at] === SPACE) at++;
      if (at === span.end) break;
      if (read === count) broken(span, `${count} numbers are expected and there are more`);
      at = this.#number(span, at, target, from + read++);
    }
    if (read < count) broken(span, `${count} numbers are expected and there are ${read}`);
    return target;
  }

  /** As `list`, whole numbers from `least` to `most`. */
  integers(span: Span, count: number, least: number, most: number): Float64Array {
    const list = this.list(span, count);
    for (const value of list) if (!Number.isInteger(value) || value < least || value > most) broken(span, `${value} is not a whole number from ${least} to ${most}`);
    return list;
  }

  /** As `list`, without NaN. */
  withoutNaN(span: Span, count: number): Float64Array {
    const list = this.list(span, count);
    for (let i = 0; i < count; i++) if (Number.isNaN(list[i])) broken(span, `number ${i + 1} of the list is NaN`);
    return list;
  }

  integer(span: Span, least: number, most: number): number {
    return this.integers(span, 1, least, most)[0]!;
  }

  /** Reads the number that begins at `start` into `list[index]`, and returns where it ends. */
  #number(span: Span, start: number, list: Floats, index: number): number {
    const { bytes } = this.#lines;
    const { end } = span;
    const sign = bytes[start]!;
    let at = sign === 45 || sign === 43 ? start + 1 : start;
    let digits = 0; // all of them
    let places = 0; // those after the point
    let mantissa = 0;
    let digit = 0;
    const first = at;
    for (; at < end && (digit = bytes[at]! - ZERO) >= 0 && digit <= 9; at++) mantissa = mantissa * 10 + digit;
    digits = at - first;
    if (at < end && bytes[at] === POINT) {
      const point = ++at;
      for (; at < end && (digit = bytes[at]! - ZERO) >= 0 && digit <= 9; at++) mantissa = mantissa * 10 + digit;
      places = at - point;
      digits += places;
    }
    if (digits === 0) return this.#word(span, start, list, index);
    let exponent = 0;
    if (at < end && (bytes[at]! | 32) === LETTER_E) {
      at++;
      const exponentSign = at < end ? bytes[at]! : 0;
      if (exponentSign === 45 || exponentSign === 43) at++;
      const firstOfExponent = at;
      for (; at < end && (digit = bytes[at]! - ZERO) >= 0 && digit <= 9; at++) exponent = exponent * 10 + digit;
      if (at === firstOfExponent) this.#noNumber(span, start);
      if (exponentSign === 45) exponent = -exponent;
    }
    if (at < end && bytes[at] !== SPACE) this.#noNumber(span, start);
    const power = exponent - places;
    if (digits <= 15 && power >= -22 && power <= 22) {
      const value = power < 0 ? mantissa / powers[-power]! : mantissa * powers[power]!;
      list[index] = sign === 45 ? -value : value;
    } else list[index] = Number(this.#textFrom(span, start, at));
    return at;
  }

  #word(span: Span, start: number, list: Floats, index: number): number {
    const { bytes } = this.#lines;
    const signed = bytes[start] === 45 || bytes[start] === 43;
    let at = signed ? start + 1 : start;
    let word = "";
    for (; at < span.end && bytes[at] !== SPACE && word.length <= 8; at++) word += String.fromCharCode(bytes[at]! | 32);
    const value = words.get(word) ?? this.#noNumber(span, start);
    list[index] = bytes[start] === 45 ? -value : value;
    return at;
  }

  /** The text from `start` to `end`; all bytes of the span before `end` are ASCII. */
  #textFrom(span: Span, start: number, end: number): string {
    if (this.#textOf !== span) {
      this.#text = asciiOf(this.#lines.bytes.subarray(span.start, span.end));
      this.#textOf = span;
    }
    return this.#text.slice(start - span.start, end - span.start);
  }

  #noNumber(span: Span, start: number): never {
    const { bytes } = this.#lines;
    let shown = "";
    for (let at = start; at < span.end && bytes[at] !== SPACE && shown.length < 24; at++) {
      const byte = bytes[at]!;
      shown += byte > 32 && byte < 127 ? String.fromCharCode(byte) : "\uFFFD";
    }
    return broken(span, `"${shown}" is no number`);
  }
}

const latin1 = new TextDecoder("latin1");

/** One character for each byte. */
function asciiOf(bytes: Uint8Array): string {
  return latin1.decode(bytes);
}
