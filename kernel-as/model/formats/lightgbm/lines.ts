import { MangroveError } from "../../../errors.ts";

const NEWLINE = 10;
const RETURN = 13;
const EQUALS = 61;

/** A place in the file: the bytes from `start` to `end`, on the line of that number, counted from 1. */
export interface Span {
  readonly key: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** `line 12, leaf_value`; of a key, its first letters. */
function placeOf({ line, key }: Pick<Span, "line" | "key">): string {
  return `line ${line}${key === "" ? "" : `, ${key.slice(0, 40)}`}`;
}

/** Throws `MGV_MODEL_FORMAT` with the line, and the key where there is one. */
export function broken(place: Pick<Span, "line" | "key">, what: string, cause?: unknown): never {
  throw new MangroveError("MGV_MODEL_FORMAT", `The model is broken at ${placeOf(place)}: ${what}.`, cause === undefined ? {} : { cause });
}

/** Throws `MGV_MODEL_UNSUPPORTED` with the line. */
export function unsupported(place: Span, why: string): never {
  throw new MangroveError("MGV_MODEL_UNSUPPORTED", `The model cannot be computed, for its ${placeOf(place)}: ${why}.`);
}

/**
 * A walk over the lines of a file, without a copy of them. Lines end with LF or CR LF; blank ones are lines too. A key is what
 * stands before the first `=`.
 */
export class Lines {
  readonly bytes: Uint8Array;
  /** The number of the line that the walk is at, from 1; after the last line, the number that a further one would have. */
  number = 0;
  start = 0;
  end = 0;
  #next = 0;
  /** The likely key that is tried first. */
  #guess = 0;
  #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** To the next line; false at the end of the file, where the walk then stands at an empty line. */
  advance(): boolean {
    const { bytes } = this;
    this.start = this.#next;
    this.number++;
    const newline = bytes.indexOf(NEWLINE, this.start);
    const end = newline === -1 ? bytes.length : newline;
    this.end = end > this.start && bytes[end - 1] === RETURN ? end - 1 : end;
    const more = this.start < bytes.length;
    this.#next = newline === -1 ? bytes.length : newline + 1;
    return more;
  }

  get atEnd(): boolean {
    return this.start >= this.bytes.length;
  }

  get isBlank(): boolean {
    return this.start === this.end;
  }

  /** Whether the line begins with a word of ASCII letters. */
  startsWith(word: string): boolean {
    if (this.end - this.start < word.length) return false;
    for (let i = 0; i < word.length; i++) if (this.bytes[this.start + i] !== word.charCodeAt(i)) return false;
    return true;
  }

  is(word: string): boolean {
    return this.end - this.start === word.length && this.startsWith(word);
  }

  /** What follows the `=`, or null where the line has none. Keys of `likely` are found without decoding their bytes, in order the fastest. */
  entry(likely: readonly string[] = []): Span | null {
    const equals = this.bytes.indexOf(EQUALS, this.start);
    if (equals === -1 || equals >= this.end) return null;
    const key = this.#likelyKey(likely, equals - this.start) ?? this.text({ key: "", line: this.number, start: this.start, end: equals });
    return { key, line: this.number, start: equals + 1, end: this.end };
  }

  #likelyKey(likely: readonly string[], length: number): string | null {
    for (let tried = 0; tried < likely.length; tried++) {
      const guess = (this.#guess + tried) % likely.length;
      const key = likely[guess]!;
      if (key.length !== length || !this.startsWith(key)) continue;
      this.#guess = guess + 1;
      return key;
    }
    return null;
  }

  /** Throws `MGV_MODEL_FORMAT` where the bytes are not UTF-8. */
  text(span: Span = { key: "", line: this.number, start: this.start, end: this.end }): string {
    try {
      return this.#decoder.decode(this.bytes.subarray(span.start, span.end));
    } catch (thrown) {
      return broken(span, "it is not UTF-8", thrown);
    }
  }
}
