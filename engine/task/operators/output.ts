import type { StepOf } from "../../pipeline/step.ts";
import type { BatchContext, Operator } from "../operator.ts";
import type { Rows } from "../rows.ts";

/** Hands rows to whoever writes them. They go on as they are. */
export class OutputOperator implements Operator {
  readonly #step: StepOf<"output">;
  readonly #isPredicting: boolean;

  constructor(step: StepOf<"output">, { isPredicting }: { isPredicting: boolean }) {
    this.#step = step;
    this.#isPredicting = isPredicting;
  }

  process(rows: Rows, context: BatchContext): Rows {
    if (rows.count === 0) return rows;
    const { topics, fields } = this.#step;
    if (this.#isPredicting) context.predict(rows);
    for (const topic of this.#isPredicting ? topics.slice(1) : topics) context.write(topic, fields, rows);
    return rows;
  }

  [Symbol.dispose](): void {}
}
