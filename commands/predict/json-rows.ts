import { MangroveError, type ErrorCode } from "../../kernel-as/errors.ts";
import type { CategoryCodes } from "./categories.ts";
import { absence } from "./columns.ts";
import type { FilePieces } from "./file-pieces.ts";

const NEWLINE = 10;

type Values = Readonly<Record<string, unknown>>;

/** JSON lines: an object a line, as they come from Kafka. The first one tells how the keys are spelled. */
export class JsonRows {
  #keys: readonly string[] = [];
  readonly #pieces: FilePieces;
  #line = 0;
  #ahead: Values | null = null;
  #row: Values = {};

  private constructor(pieces: FilePieces) {
    this.#pieces = pieces;
  }

  /** Throws `MGV_JSON` for a first line that is no object, `MGV_CSV_EMPTY` when there is none. */
  static async open(pieces: FilePieces): Promise<JsonRows> {
    const rows = new JsonRows(pieces);
    for (;;) {
      rows.#ahead = rows.#next();
      if (rows.#ahead !== null) break;
      if (pieces.ended) throw new MangroveError("MGV_CSV_EMPTY", `${pieces.path} has no rows.`);
      await pieces.more();
    }
    rows.#keys = Object.keys(rows.#ahead);
    return rows;
  }

  /** Of the first row. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  /**
   * Reads the features of rows, of each the key with its number in `columns`. A key must be there; its value may be `null` or `"NULL"`. The function
   * throws `MGV_JSON`, `MGV_FIELD_MISSING`, `MGV_FIELD_TYPE`.
   */
  reader(columns: Int32Array, categories: readonly (CategoryCodes | null)[]): (values: Float64Array, at: number) => boolean {
    const names = Array.from(columns, (key) => this.#keys[key]!);
    return (values, at) => {
      const row = this.#ahead ?? this.#next();
      this.#ahead = null;
      if (row === null) return false;
      this.#row = row;
      for (const [feature, name] of names.entries()) values[at + feature] = this.#value(row, name, categories[feature] ?? null);
      return true;
    };
  }

  /** Where the row that was read last stands, from 1. */
  get line(): number {
    return this.#line;
  }

  /** Reads what that row holds under the first of these keys that it has; undefined for none. */
  valueReader(names: readonly string[]): () => unknown {
    return () => {
      const name = names.find((each) => Object.hasOwn(this.#row, each));
      return name === undefined ? undefined : this.#row[name];
    };
  }

  #value(row: Values, name: string, codes: CategoryCodes | null): number {
    const value = Object.hasOwn(row, name) ? row[name] : undefined;
    if (codes === null && typeof value === "number") return value;
    if (value === undefined) {
      const { message } = absence([name], { source: "the object", names: Object.keys(row), ordered: false });
      return this.#fail("MGV_FIELD_MISSING", `${message} Where a row has no value, say null.`);
    }
    if (value === null || value === "NULL") return NaN;
    if (typeof value === "boolean" && codes === null) return Number(value);
    if (codes !== null && (typeof value === "string" || typeof value === "number" || typeof value === "boolean")) return codes.codeOf(String(value));
    return this.#fail("MGV_FIELD_TYPE", `${name} must be a number, not ${JSON.stringify(value).slice(0, 40)}.`);
  }

  /** The object of the next line that is in the buffer and not blank, or null. */
  #next(): Values | null {
    const pieces = this.#pieces;
    while (pieces.start < pieces.end) {
      const found = pieces.buffer.indexOf(NEWLINE, pieces.start);
      const isWhole = found !== -1 && found < pieces.end;
      if (!isWhole && !pieces.ended) return null;
      const end = isWhole ? found : pieces.end;
      const text = pieces.buffer.toString("utf8", pieces.start, end).trim();
      this.#line = pieces.line++;
      pieces.start = Math.min(end + 1, pieces.end);
      if (text !== "") return this.#parse(text);
    }
    return null;
  }

  #parse(text: string): Values {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      return this.#fail("MGV_JSON", "not JSON. One object a line is read.", cause);
    }
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Values;
    return this.#fail("MGV_JSON", "a row must be a JSON object.");
  }

  #fail(code: ErrorCode, what: string, cause?: unknown): never {
    throw new MangroveError(code, `${this.#pieces.path}, line ${this.#line}: ${what}`, { cause });
  }
}
