import type { StepOf } from "../../pipeline/step.ts";
import { givenAnswer } from "../given.ts";
import { stepError, type BatchContext, type Operator } from "../operator.ts";
import { RowCursor } from "../row-cursor.ts";
import { pickRows, type Rows } from "../rows.ts";

/** Keeps the rows that a user's function says yes to. A row that it throws at becomes a dead letter. */
export class FilterOperator implements Operator {
  readonly #step: StepOf<"filter">;
  readonly #cursor: RowCursor;

  constructor(step: StepOf<"filter">) {
    this.#step = step;
    this.#cursor = new RowCursor(step.fields);
  }

  process(rows: Rows, context: BatchContext): Rows {
    const kept = this.#step.columns ? this.#manyAtOnce(rows) : this.#oneByOne(rows, context);
    return kept.length === rows.count ? rows : pickRows(rows, kept);
  }

  #manyAtOnce(rows: Rows): Uint32Array {
    const { name, columns, fields } = this.#step;
    try {
      const keep = columns!(Object.fromEntries(rows.columns.map((column, place) => [fields[place]!, column])), rows.count);
      if (keep.length !== rows.count) throw new Error(`it gave ${keep.length} answers for ${rows.count} rows`);
      return Uint32Array.from(rowsWhere(rows.count, (i) => Boolean(keep[i])));
    } catch (cause) {
      throw stepError(name, cause);
    }
  }

  #oneByOne(rows: Rows, context: BatchContext): Uint32Array {
    const { name, row: call } = this.#step;
    const { row, context: about } = this.#cursor;
    this.#cursor.open(rows);
    return Uint32Array.from(
      rowsWhere(rows.count, (i) => {
        this.#cursor.moveTo(i);
        try {
          return givenAnswer(call!(row, about as never));
        } catch (cause) {
          context.fail(rows, i, stepError(name, cause));
          return false;
        }
      }),
    );
  }

  [Symbol.dispose](): void {}
}

function rowsWhere(count: number, test: (row: number) => boolean): number[] {
  const found: number[] = [];
  for (let row = 0; row < count; row++) if (test(row)) found.push(row);
  return found;
}
