import type { StepOf } from "../../pipeline/step.ts";
import { alertLevel } from "../alerts.ts";
import { raises, type Told } from "../hold-off.ts";
import { forEachRow, type BatchContext, type Operator } from "../operator.ts";
import { scoredBy } from "../output.ts";
import type { Rows } from "../rows.ts";
import { SensorState } from "../sensor-state.ts";

/** One alert of one event: while a sensor keeps seeing it, with gaps of at most the hold-off, nothing new is raised. The rows go on as they are. */
export class AlertOperator implements Operator {
  readonly state = new SensorState<{ told: Told | null }>(() => ({ told: null }));
  readonly #step: StepOf<"alert">;

  constructor(step: StepOf<"alert">) {
    this.#step = step;
  }

  process(rows: Rows, context: BatchContext): Rows {
    const { scores, sensors, timesMs } = rows;
    if (scores === null) return rows;
    const { of, above, holdOffMs, topic } = this.#step;
    const [ours, theirs] = [0, 1].map((arm) => (above === "threshold" ? (scores.models[arm]?.threshold ?? NaN) : above)) as [number, number];
    forEachRow(rows, context, this.state, (row) => {
      const probability = scores.probabilities[row]!;
      const threshold = scores.arms?.[row] === 1 ? theirs : ours;
      const severity = alertLevel(probability, threshold);
      if (severity === "NONE") return;
      const timeMs = timesMs[row]!;
      const state = this.state.of(sensors[row]!);
      const { raised, told } = raises(state.told ?? undefined, timeMs, 0, holdOffMs);
      state.told = told;
      if (!raised) return;
      const sensor = rows.names.of(sensors[row]!);
      const message = `${sensor} looks like ${of}: probability ${(probability * 100).toFixed(1)} %.`;
      context.raise(rows, row, { topic, kind: of, cause: null, value: probability, threshold, severity, message, modelVersion: scoredBy(scores, row).modelVersion });
    });
    return rows;
  }

  [Symbol.dispose](): void {}
}
