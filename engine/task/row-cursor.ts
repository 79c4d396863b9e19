import { didYouMean } from "../../kernel-as/nearest.ts";
import type { Row, RowContext } from "../pipeline/user-function.ts";
import type { Rows } from "./rows.ts";

/** One object that shows row after row to a user's function, so that none is made for each. */
export class RowCursor {
  readonly row: Row;
  readonly context: RowContext<unknown>;
  #rows: Rows | null = null;
  #columns: readonly Float64Array[] = [];
  #at = 0;
  #state: unknown = undefined;

  constructor(fields: readonly string[]) {
    const getters = fields.map((field, place): [string, PropertyDescriptor] => [field, { enumerable: true, get: () => this.#columns[place]![this.#at] }]);
    this.row = Object.freeze(Object.create(otherwise(fields), Object.fromEntries(getters))) as Row;
    this.context = Object.freeze(
      Object.defineProperties({} as RowContext<unknown>, {
        sensor: { enumerable: true, get: () => this.#rows!.names.of(this.#rows!.sensors[this.#at]!) },
        timeMs: { enumerable: true, get: () => this.#rows!.timesMs[this.#at] },
        late: { enumerable: true, get: () => this.#rows!.late[this.#at] === 1 },
        state: { enumerable: true, get: () => this.#state },
      }),
    );
  }

  /** Shows these rows from now on. */
  open(rows: Rows): void {
    this.#rows = rows;
    this.#columns = rows.columns;
  }

  moveTo(row: number, state?: unknown): void {
    this.#at = row;
    this.#state = state;
  }
}

/** What a row is asked for that is none of its fields: a name that is spelled otherwise would be a missing value, in silence. What languages ask of any object is answered. */
function otherwise(fields: readonly string[]): object {
  return new Proxy(Object.prototype, {
    get(target, name) {
      if (typeof name === "symbol" || name in target || name === "toJSON" || name === "then") return Reflect.get(target, name) as unknown;
      throw new Error(`the row has no ${JSON.stringify(name)}.${didYouMean(name, fields)} It has ${fields.join(", ")}`);
    },
  });
}
