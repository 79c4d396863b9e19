const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/**
 * A hash of a row's cells as a sum over its columns, so that a column can be left out by taking its part away: one pass over a row gives the hashes of the
 * row without each of its columns. Two sums of 32 bits; all NaN are equal, and so are 0 and -0.
 */
export class RowHash {
  readonly #parts: Int32Array;
  #low = 0;
  #high = 0;

  constructor(columns: number) {
    this.#parts = new Int32Array(2 * columns);
  }

  set(cells: ArrayLike<number>): void {
    [this.#low, this.#high] = [0, 0];
    for (let column = 0; 2 * column < this.#parts.length; column++) {
      const low = (this.#parts[2 * column] = lowPart(column, cells[column]!));
      const high = (this.#parts[2 * column + 1] = highPart(low));
      this.#low = (this.#low + low) | 0;
      this.#high = (this.#high + high) | 0;
    }
  }

  /** The hash without some columns, which may be -1 for none; whole, 0…2^53 - 1. */
  without(columns: readonly number[]): number {
    let [low, high] = [this.#low, this.#high];
    for (const column of columns) {
      if (column === -1) continue;
      low -= this.#parts[2 * column]!;
      high -= this.#parts[2 * column + 1]!;
    }
    return wholeHash(low, high);
  }
}

/** What a cell adds to the first of the two sums. */
export function lowPart(column: number, cell: number): number {
  double[0] = Number.isNaN(cell) ? NaN : cell + 0;
  return mix(mix(words[0]! ^ Math.imul(column + 1, 0x9e3779b1)) ^ words[1]!);
}

/** What the same cell adds to the second. */
export function highPart(low: number): number {
  return mix(low ^ 0x5bd1e995);
}

/** Of two sums, which may be beyond 32 bits; whole, 0…2^53 - 1. */
export function wholeHash(low: number, high: number): number {
  return (mix(high | 0) >>> 11) * 2 ** 32 + (mix(low | 0) >>> 0);
}

/** FNV-1a over UTF-16 units, whole, 0…2^32 - 1. */
export function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}
