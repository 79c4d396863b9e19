import { cellValue } from "../../engine/decode/rows.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { CategoryCodes } from "./categories.ts";
import { CsvScanner } from "./csv-scanner.ts";
import type { FilePieces } from "./file-pieces.ts";
import { readNumber, readNumberText } from "./number-cell.ts";

/** The header and the rows of a CSV. */
export class CsvRows {
  readonly header: readonly string[];
  readonly #pieces: FilePieces;
  readonly #scanner: CsvScanner;

  private constructor(pieces: FilePieces, scanner: CsvScanner) {
    this.#pieces = pieces;
    this.#scanner = scanner;
    this.header = Array.from({ length: scanner.count }, (_, cell) => scanner.text(cell).trim());
  }

  /** Throws `MGV_CSV_EMPTY`, and `MGV_CSV_COLUMN` for a first row of numbers, which is no header. */
  static async open(pieces: FilePieces): Promise<CsvRows> {
    const scanner = new CsvScanner(pieces);
    while (!scanner.next()) {
      if (pieces.ended) throw new MangroveError("MGV_CSV_EMPTY", `${pieces.path} is empty: it has not even a header.`);
      await pieces.more();
    }
    const rows = new CsvRows(pieces, scanner);
    // 0, 1, 2, … is what pandas calls columns without names
    if (rows.header.every((name, i) => name !== "" && Number.isFinite(Number(name)) && name !== String(i))) {
      throw new MangroveError("MGV_CSV_COLUMN", `The first line of ${pieces.path} holds numbers and no names: a CSV needs a header, such as f0,f1,f2.`);
    }
    return rows;
  }

  /** Reads the features of rows: of each the column in `columns`, by its codes where it has some. The function throws `MGV_CSV_ROW` and `MGV_FIELD_TYPE`. */
  reader(columns: Int32Array, categories: readonly (CategoryCodes | null)[]): (values: Float64Array, at: number) => boolean {
    const scanner = this.#scanner;
    const pieces = this.#pieces;
    const width = this.header.length;
    return (values, at) => {
      if (!scanner.next()) return false;
      if (scanner.count !== width) {
        throw new MangroveError("MGV_CSV_ROW", `${pieces.path}, line ${scanner.line}: the row has ${scanner.count} cells, the header ${width}.`);
      }
      for (let feature = 0; feature < columns.length; feature++) {
        const cell = columns[feature]!;
        const codes = categories[feature] ?? null;
        if (codes !== null) values[at + feature] = codeOf(scanner, cell, codes);
        else if (!readNumber(pieces.buffer, scanner.start(cell), scanner.end(cell), values, at + feature) && !readNumberText(scanner.value(cell), values, at + feature)) this.#refuse(cell);
      }
      return true;
    };
  }

  /** Where the row that was read last stands, from 1. */
  get line(): number {
    return this.#scanner.line;
  }

  /** Reads what that row holds in the first of these columns that there is, as decoders do: a number, a text, null where it is empty; undefined without such a column. */
  valueReader(names: readonly string[]): () => unknown {
    const column = names.map((name) => this.header.indexOf(name)).find((at) => at !== -1);
    return column === undefined ? () => undefined : () => cellValue(this.#scanner.value(column));
  }

  #refuse(cell: number): never {
    const text = this.#scanner.text(cell);
    const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
    const hint = /^\s*[+-]?\d+,\d+\s*$/.test(text) ? " Numbers need a point, not a comma." : "";
    throw new MangroveError(
      "MGV_FIELD_TYPE",
      `${this.#pieces.path}, line ${this.#scanner.line}, column ${cell + 1} (${JSON.stringify(this.header[cell])}): ${JSON.stringify(shown)} is not a number.${hint}`,
    );
  }
}

/** An empty cell is missing; one of two quotes is the empty text, which may be a category. */
function codeOf(scanner: CsvScanner, cell: number, codes: CategoryCodes): number {
  const text = scanner.value(cell);
  return text === "" && !scanner.isQuoted(cell) ? NaN : codes.codeOf(text);
}
