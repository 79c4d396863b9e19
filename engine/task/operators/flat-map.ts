import type { StepOf } from "../../pipeline/step.ts";
import { givenNumber } from "../given.ts";
import { stepError, type BatchContext, type Operator } from "../operator.ts";
import { RowCursor } from "../row-cursor.ts";
import type { Rows } from "../rows.ts";

/** Any number of rows for each row. One that the function throws at becomes a dead letter, and gives none. */
export class FlatMapOperator implements Operator {
  readonly #step: StepOf<"flatMap">;
  readonly #cursor: RowCursor;

  constructor(step: StepOf<"flatMap">, inputFields: readonly string[]) {
    this.#step = step;
    this.#cursor = new RowCursor(inputFields);
  }

  process(rows: Rows, context: BatchContext): Rows {
    const { name, row: call, fields } = this.#step;
    const { row, context: about } = this.#cursor;
    const from: number[] = [];
    const values: number[][] = fields.map(() => []);
    this.#cursor.open(rows);
    for (let i = 0; i < rows.count; i++) {
      this.#cursor.moveTo(i);
      try {
        const given = [...call(row, about as never)].map((each) => fields.map((field) => givenNumber(each, field)));
        for (const each of given) {
          from.push(i);
          each.forEach((value, k) => values[k]!.push(value));
        }
      } catch (cause) {
        context.fail(rows, i, stepError(name, cause));
      }
    }
    const { sensors, timesMs, startsMs, late } = rows;
    return {
      count: from.length,
      records: Uint32Array.from(from, (i) => rows.records[i]!),
      sensors: Uint32Array.from(from, (i) => sensors[i]!),
      names: rows.names,
      timesMs: Float64Array.from(from, (i) => timesMs[i]!),
      startsMs: startsMs && Float64Array.from(from, (i) => startsMs[i]!),
      late: Uint8Array.from(from, (i) => late[i]!),
      columns: values.map((column) => Float64Array.from(column)),
      scores: null,
      areClosed: rows.areClosed,
    };
  }

  [Symbol.dispose](): void {}
}
