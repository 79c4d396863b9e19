import { MangroveError } from "../../kernel-as/errors.ts";
import { counted } from "../terminal.ts";
import type { CategoryCodes } from "./categories.ts";
import type { FilePieces } from "./file-pieces.ts";
import type { Input, InputBatch } from "./input.ts";

/** Numbers that a batch holds at most. */
const BATCH_NUMBERS = 1 << 20;
const BATCH_ROWS = 8192;

export interface TableOptions {
  readonly pieces: FilePieces;
  readonly description: string;
  /** Numbers that a row has or gives, whichever are more. */
  readonly width: number;
  readonly features: number;
  readonly categories: readonly (CategoryCodes | null)[];
  readonly names: readonly string[];
  /** What the data calls the columns that hold the features. */
  readonly columns: readonly string[];
  /** Reads the next row that is in the buffer into `values` from element `at` on; false when there is none. */
  readonly nextRow: (values: Float64Array, at: number) => boolean;
}

/** Rows whose columns are the features themselves. */
export class TableInput implements Input {
  readonly description: string;
  readonly columns: readonly string[];
  readonly #options: TableOptions;

  constructor(options: TableOptions) {
    this.#options = options;
    this.description = options.description;
    this.columns = options.columns;
  }

  get progress(): number {
    const { taken, size } = this.#options.pieces;
    return size === null ? NaN : taken / size;
  }

  /** Throws `MGV_CSV_EMPTY` when there is no row, and what is wrong with one, with its line. */
  async *batches(): AsyncGenerator<InputBatch> {
    const { pieces, width, features, nextRow } = this.#options;
    const most = Math.max(1, Math.min(BATCH_ROWS, Math.floor(BATCH_NUMBERS / Math.max(width, 1))));
    const values = new Float64Array(most * features);
    let rows = 0;
    let any = false;
    const take = () => {
      const batch = { rows, kept: null, features: values.subarray(0, rows * features) };
      rows = 0;
      return batch;
    };
    for (;;) {
      while (nextRow(values, rows * features)) {
        rows++;
        any = true;
        if (rows === most) yield take();
      }
      if (pieces.ended) break;
      await pieces.more();
    }
    if (rows > 0) yield take();
    if (!any) throw new MangroveError("MGV_CSV_EMPTY", `${pieces.path} has a header but no rows.`);
  }

  remarks(): string[] {
    const { categories, names } = this.#options;
    return categories.flatMap((codes) => {
      if (codes === null || codes.unknown === 0) return [];
      const { feature, unknown, firstUnknown } = codes;
      const name = JSON.stringify(names[feature] ?? `f${feature}`);
      return [`${counted(unknown, "value")} of ${name} in no category of the model, taken for missing; the first is ${JSON.stringify(firstUnknown)}`];
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#options.pieces[Symbol.asyncDispose]();
  }
}
