import { isWindows1252, pointed, separatorOf, windows1252 } from "../../engine/decode/csv.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { FilePieces } from "./file-pieces.ts";

const QUOTE = 34;
const SEMICOLON = 59;
const NEWLINE = 10;
const RETURN = 13;

/**
 * Finds the rows of a CSV (RFC 4180, cells in quotes with line breaks too) and their cells, as bounds in the buffer of the file. Lines without anything
 * are passed over. Semicolons or tabs may stand for the commas, and letters be those of windows-1252, as the first line has them.
 */
export class CsvScanner {
  /** Cells of the row. */
  count = 0;
  /** Line of the file in which the row begins, from 1. */
  line = 0;
  readonly #pieces: FilePieces;
  /** 0 until the first line is there. */
  #separator = 0;
  #isForeign = false;
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #quoted = new Uint8Array(64);
  /** Line breaks within the cells of the row. */
  #breaks = 0;

  constructor(pieces: FilePieces) {
    this.#pieces = pieces;
  }

  start(cell: number): number {
    return this.#starts[cell]!;
  }

  end(cell: number): number {
    return this.#ends[cell]!;
  }

  isQuoted(cell: number): boolean {
    return this.#quoted[cell] === 1;
  }

  text(cell: number): string {
    const { buffer } = this.#pieces;
    const [start, end] = [this.#starts[cell]!, this.#ends[cell]!];
    const text = this.#isForeign ? windows1252(buffer.subarray(start, end)) : buffer.toString("utf8", start, end);
    return this.isQuoted(cell) ? text.replaceAll('""', '"') : text;
  }

  /** Its text with a point before decimals, where a comma may stand there. */
  value(cell: number): string {
    return this.#separator === SEMICOLON ? pointed(this.text(cell)) : this.text(cell);
  }

  /** Goes to the next row that lies in the buffer as a whole; false when there is none: read more, unless the file has ended. Throws `MGV_CSV_ROW`. */
  next(): boolean {
    const pieces = this.#pieces;
    if (this.#separator === 0 && !this.#look()) return false;
    while (pieces.start < pieces.end) {
      const blank = this.#blankLine();
      if (blank === 0) return this.#row();
      pieces.start += blank;
      pieces.line++;
    }
    return false;
  }

  /** Whether the first line is there as a whole, which tells how its cells are parted and what its letters are. */
  #look(): boolean {
    const { buffer, start, end, ended } = this.#pieces;
    let from = start;
    while (from < end && (buffer[from] === NEWLINE || buffer[from] === RETURN)) from++;
    const to = buffer.indexOf(NEWLINE, from);
    const isWhole = to !== -1 && to < end;
    if (!isWhole && !ended) return false;
    const header = buffer.subarray(from, isWhole ? to : end);
    [this.#separator, this.#isForeign] = [separatorOf(header), isWindows1252(header)];
    return true;
  }

  /** Bytes of the line end that is all there is of the line. */
  #blankLine(): number {
    const { buffer, start, end } = this.#pieces;
    if (buffer[start] === NEWLINE) return 1;
    return buffer[start] === RETURN && start + 1 < end && buffer[start + 1] === NEWLINE ? 2 : 0;
  }

  #row(): boolean {
    const pieces = this.#pieces;
    const { buffer, end } = pieces;
    this.count = 0;
    this.#breaks = 0;
    let at = pieces.start - 1;
    do {
      at++;
      at = at < end && buffer[at] === QUOTE ? this.#quotedCell(at) : this.#plainCell(at);
      if (at >= end && !pieces.ended) return false;
    } while (at < end && buffer[at] === this.#separator);
    this.line = pieces.line;
    pieces.line += this.#breaks + 1;
    pieces.start = Math.min(at + 1, end);
    return true;
  }

  /** Takes in the cell at `start`, and returns what follows it: a separator, a line end, or the end of the buffer. */
  #plainCell(start: number): number {
    const { buffer, end } = this.#pieces;
    const separator = this.#separator;
    let after = start;
    while (after < end && buffer[after] !== separator && buffer[after] !== NEWLINE) after++;
    const isLast = after === end || buffer[after] === NEWLINE;
    this.#add(start, isLast && after > start && buffer[after - 1] === RETURN ? after - 1 : after, 0);
    return after;
  }

  /** The same for a cell that begins with a quote. */
  #quotedCell(start: number): number {
    const { buffer, end, ended } = this.#pieces;
    let close = buffer.indexOf(QUOTE, start + 1);
    while (close !== -1 && close + 1 < end && buffer[close + 1] === QUOTE) close = buffer.indexOf(QUOTE, close + 2);
    if (close === -1 || close >= end) return ended ? this.#fail("a quote is opened and never closed") : end;
    for (let at = buffer.indexOf(NEWLINE, start); at !== -1 && at < close; at = buffer.indexOf(NEWLINE, at + 1)) this.#breaks++;
    this.#add(start + 1, close, 1);
    let after = close + 1;
    if (after < end && buffer[after] === RETURN && (after + 1 === end || buffer[after + 1] === NEWLINE)) after++;
    if (after < end && buffer[after] !== this.#separator && buffer[after] !== NEWLINE) this.#fail(`cell ${this.count} goes on after its closing quote`);
    return after;
  }

  #add(start: number, end: number, quoted: 0 | 1): void {
    if (this.count === this.#starts.length) {
      this.#starts = doubled(this.#starts, new Int32Array(this.count * 2));
      this.#ends = doubled(this.#ends, new Int32Array(this.count * 2));
      this.#quoted = doubled(this.#quoted, new Uint8Array(this.count * 2));
    }
    this.#starts[this.count] = start;
    this.#ends[this.count] = end;
    this.#quoted[this.count++] = quoted;
  }

  #fail(what: string): never {
    throw new MangroveError("MGV_CSV_ROW", `${this.#pieces.path}, line ${this.#pieces.line}: ${what}.`);
  }
}

function doubled<Numbers extends Int32Array | Uint8Array>(numbers: Numbers, into: Numbers): Numbers {
  into.set(numbers);
  return into;
}
