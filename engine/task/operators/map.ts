import type { StepOf } from "../../pipeline/step.ts";
import { givenNumber, unkept } from "../given.ts";
import { forEachRow, stepError, type BatchContext, type Operator } from "../operator.ts";
import { RowCursor } from "../row-cursor.ts";
import { pickRows, withColumns, type Rows } from "../rows.ts";
import { SensorState } from "../sensor-state.ts";

/** Adds the fields of a user's function. A row that it throws at becomes a dead letter and goes no further; what throws at many rows at once ends the run. */
export class MapOperator implements Operator {
  readonly state?: SensorState<unknown>;
  readonly #step: StepOf<"map">;
  readonly #cursor: RowCursor;

  constructor(step: StepOf<"map">) {
    this.#step = step;
    this.#cursor = new RowCursor(step.fields.slice(0, step.fields.length - step.adds.length));
    if (step.state) this.state = new SensorState(step.state);
    const place = step.state ? unkept(step.state()) : null;
    if (place !== null) throw stepError(step.name, new Error(`its state${place} is not what JSON keeps as it is: objects, lists, texts, numbers but NaN, true, false and null`));
  }

  process(rows: Rows, context: BatchContext): Rows {
    return this.#step.columns ? this.#manyAtOnce(rows) : this.#oneByOne(rows, context);
  }

  #manyAtOnce(rows: Rows): Rows {
    const { name, columns, adds, fields } = this.#step;
    const given = Object.fromEntries(rows.columns.map((column, place) => [fields[place]!, column]));
    let added: Readonly<Record<string, ArrayLike<number>>>;
    try {
      added = columns!(given, rows.count);
    } catch (cause) {
      throw stepError(name, cause);
    }
    const checked = adds.map((field) => columnOf(name, field, added[field], rows.count));
    return withColumns(rows, () => checked);
  }

  #oneByOne(rows: Rows, context: BatchContext): Rows {
    const { name, row: call, adds } = this.#step;
    const { row, context: about } = this.#cursor;
    const added = adds.map(() => new Float64Array(rows.count));
    const failed = new Set<number>();
    const { sensors } = rows;
    this.#cursor.open(rows);
    forEachRow(rows, context, this.state, (i) => {
      this.#cursor.moveTo(i, this.state?.of(sensors[i]!));
      try {
        const values = call!(row, about);
        for (let k = 0; k < adds.length; k++) added[k]![i] = givenNumber(values, adds[k]!);
      } catch (cause) {
        failed.add(i);
        context.fail(rows, i, stepError(name, cause));
      }
    });
    const all = withColumns(rows, () => added);
    return failed.size === 0 ? all : pickRows(all, Uint32Array.from({ length: rows.count }, (_, i) => i).filter((i) => !failed.has(i)));
  }

  [Symbol.dispose](): void {}
}

function columnOf(step: string, field: string, values: ArrayLike<number> | undefined, count: number): Float64Array {
  if (values?.length === count) return values instanceof Float64Array ? values : Float64Array.from(values);
  throw stepError(step, new Error(`it gave ${values?.length ?? "no"} values of ${JSON.stringify(field)} for ${count} rows`));
}
