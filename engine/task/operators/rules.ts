import type { StepOf } from "../../pipeline/step.ts";
import { findings, severityRank } from "../../rules/evaluate.ts";
import { raises, type Told } from "../hold-off.ts";
import { forEachRow, type BatchContext, type Operator } from "../operator.ts";
import type { Rows } from "../rows.ts";
import { SensorState } from "../sensor-state.ts";

/** Raises an alert where a reading is beyond a bound. The rows go on as they are. */
export class RulesOperator implements Operator {
  /** By cause. */
  readonly state = new SensorState<Record<string, Told>>(() => ({}));
  readonly #step: StepOf<"rules">;
  readonly #place: ReadonlyMap<string, number>;

  constructor(step: StepOf<"rules">) {
    this.#step = step;
    this.#place = new Map(step.fields.map((field, place) => [field, place]));
  }

  process(rows: Rows, context: BatchContext): Rows {
    const { name, profile, holdOffMs, topic } = this.#step;
    const { columns, sensors, timesMs } = rows;
    forEachRow(rows, context, this.state, (row) => {
      const found = findings(profile, (field) => columns[this.#place.get(field)!]![row]!);
      if (found.length === 0) return;
      const told = this.state.of(sensors[row]!);
      const timeMs = timesMs[row]!;
      for (const { cause, kind, value, bound, severity } of found) {
        const next = raises(told[cause], timeMs, severityRank(severity), holdOffMs);
        told[cause] = next.told;
        if (!next.raised) continue;
        const sensor = rows.names.of(sensors[row]!);
        const message = kind === "pattern" ? `${sensor} shows the ${cause}: ${value} signs.` : `${sensor}: ${cause} is ${value}, ${value > bound ? "above" : "below"} ${bound}.`;
        context.raise(rows, row, { topic, kind, cause, value, threshold: bound, severity, message, modelVersion: null }, name, cause);
      }
    });
    return rows;
  }

  [Symbol.dispose](): void {}
}
