import type { StepOf } from "../../pipeline/step.ts";
import { anomalySeverity, zScore, type Recent } from "../../rules/z-score.ts";
import { forEachRow, type BatchContext, type Operator } from "../operator.ts";
import type { Rows } from "../rows.ts";
import { SensorState } from "../sensor-state.ts";

/** Raises an alert where a value is far from the sensor's recent ones. The rows go on as they are. */
export class AnomaliesOperator implements Operator {
  /** One for each field. */
  readonly state: SensorState<Recent[]>;
  readonly #step: StepOf<"anomalies">;
  readonly #places: readonly number[];

  constructor(step: StepOf<"anomalies">) {
    this.#step = step;
    this.#places = step.watched.map((field) => step.fields.indexOf(field));
    this.state = new SensorState(() => step.watched.map(() => ({ values: [], next: 0 })));
  }

  process(rows: Rows, context: BatchContext): Rows {
    const { name, watched, topic } = this.#step;
    const { columns, sensors } = rows;
    forEachRow(rows, context, this.state, (row) => {
      const recent = this.state.of(sensors[row]!);
      watched.forEach((field, k) => {
        const value = columns[this.#places[k]!]![row]!;
        const score = zScore(recent[k]!, value, this.#step);
        const severity = anomalySeverity(score, this.#step);
        if (severity === null) return;
        const sensor = rows.names.of(sensors[row]!);
        const threshold = severity === "HIGH" ? this.#step.high : this.#step.medium;
        const message = `${sensor}: ${field} is ${value}, ${Number.isFinite(score) ? score.toFixed(1) : "infinitely many"} standard deviations from its recent mean.`;
        context.raise(rows, row, { topic, kind: "anomaly", cause: field, value, threshold, severity, message, modelVersion: null }, name, field);
      });
    });
    return rows;
  }

  [Symbol.dispose](): void {}
}
