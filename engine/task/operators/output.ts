import type { StepOf } from "../../pipeline/step.ts";
import type { BatchContext, Operator } from "../operator.ts";
import type { Rows } from "../rows.ts";

/** Hands rows to whoever writes them. They go on as they are. */
export class OutputOperator implements Operator {
  readonly #step: StepOf<"output">;

  constructor(step: StepOf<"output">) {
    this.#step = step;
  }

  process(rows: Rows, context: BatchContext): Rows {
    if (rows.count === 0) return rows;
    if (rows.scores) context.predict(rows);
    else for (const topic of this.#step.topics) context.write(topic, this.#step.fields, rows);
    return rows;
  }

  [Symbol.dispose](): void {}
}
