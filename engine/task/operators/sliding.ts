import type { ClockSettings, StepOf } from "../../pipeline/step.ts";
import { aggregateOf } from "../../window/aggregate.ts";
import type { Reading } from "../../window/reference.ts";
import { columnOf, dropReadings, keepReading, noReadings, type KeptReading } from "../kept-readings.ts";
import { forEachRow, type BatchContext, type Operator } from "../operator.ts";
import type { Rows } from "../rows.ts";
import { SensorState } from "../sensor-state.ts";
import { resultOf } from "./window-functions.ts";
import { isComputed, windowAggregate } from "./window.ts";

type Compute = (readings: readonly KeptReading[]) => number;

/**
 * One result for each row, at once: of the rows already seen with event time in (t - size, t]. A late row has its own too, and changes no earlier one; one that is older
 * than the newest by size + disorder finds nothing but itself. Linear in the rows of a window.
 */
export class SlidingOperator implements Operator {
  readonly state = new SensorState(noReadings);
  readonly #sizeMs: number;
  readonly #retentionMs: number;
  readonly #aggregates: readonly Compute[];

  constructor({ step, sizeMs, fields, clock }: { step: StepOf<"window">; sizeMs: number; fields: readonly string[]; clock: ClockSettings }) {
    this.#sizeMs = sizeMs;
    this.#retentionMs = sizeMs + clock.maxOutOfOrdernessMs;
    this.#aggregates = Object.values(step.aggregates).map((aggregate): Compute => {
      if (!isComputed(aggregate)) {
        const definition = windowAggregate(aggregate, fields);
        return (readings) => aggregateOf(definition, readings.map(toReading));
      }
      const columns = (readings: readonly KeptReading[]) => Object.fromEntries(aggregate.fields.map((name) => [name, columnOf(readings, fields.indexOf(name))]));
      return (readings) => resultOf(step.name, () => aggregate.compute(columns(readings), Float64Array.from(readings, ({ timeMs }) => timeMs)));
    });
  }

  process(rows: Rows, context: BatchContext): Rows {
    const { sensors, timesMs, columns } = rows;
    const outputs = this.#aggregates.map(() => new Float64Array(rows.count));
    forEachRow(rows, context, this.state, (row) => {
      const timeMs = timesMs[row]!;
      const kept = this.state.of(sensors[row]!);
      keepReading(kept, timeMs, columns.map((column) => column[row]!));
      const seen = kept.readings.filter((each) => each.timeMs > timeMs - this.#sizeMs && each.timeMs <= timeMs);
      this.#aggregates.forEach((compute, k) => (outputs[k]![row] = compute(seen)));
      dropReadings(kept, kept.readings.findIndex((each) => each.timeMs > kept.newestMs - this.#retentionMs));
    });
    return {
      count: rows.count,
      records: rows.records,
      sensors: sensors.slice(),
      names: rows.names,
      timesMs: timesMs.slice(),
      startsMs: timesMs.map((timeMs) => timeMs - this.#sizeMs),
      late: rows.late,
      columns: outputs,
      scores: null,
    };
  }

  [Symbol.dispose](): void {}
}

function toReading({ timeMs, values }: KeptReading): Reading {
  return { sensor: 0, timeMs, appendTimeMs: NaN, values: values.map((value) => value ?? NaN) };
}
