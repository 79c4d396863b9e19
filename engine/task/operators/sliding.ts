import type { Aggregate as WindowAggregate } from "../../../kernel-as/window-spec.ts";
import { aggregateOf } from "../../window/aggregate.ts";
import type { Reading } from "../../window/reference.ts";
import { forEachRow, type BatchContext, type Operator } from "../operator.ts";
import type { Rows } from "../rows.ts";
import { SensorState } from "../sensor-state.ts";

/** What a sensor's later readings may still look back on, in order of event time, equals by arrival. */
interface Kept {
  newestMs: number;
  readings: { timeMs: number; values: (number | null)[] }[];
}

/**
 * One result for each row, at once: of the rows already seen with event time in (t - size, t]. A late row has its own too, and changes no earlier one; one that is older
 * than the newest by size + disorder finds nothing but itself. Linear in the rows of a window.
 */
export class SlidingOperator implements Operator {
  readonly state = new SensorState<Kept>(() => ({ newestMs: 0, readings: [] }));
  readonly #sizeMs: number;
  readonly #retentionMs: number;
  readonly #aggregates: readonly WindowAggregate[];

  constructor(options: { sizeMs: number; maxOutOfOrdernessMs: number; aggregates: readonly WindowAggregate[] }) {
    this.#sizeMs = options.sizeMs;
    this.#retentionMs = options.sizeMs + options.maxOutOfOrdernessMs;
    this.#aggregates = options.aggregates;
  }

  process(rows: Rows, context: BatchContext): Rows {
    const { sensors, timesMs, columns } = rows;
    const outputs = this.#aggregates.map(() => new Float64Array(rows.count));
    forEachRow(rows, context, this.state, (row) => {
      const timeMs = timesMs[row]!;
      const kept = this.state.of(sensors[row]!);
      this.#take(kept, timeMs, columns.map((column) => column[row]!));
      const seen = kept.readings.filter((each) => each.timeMs > timeMs - this.#sizeMs && each.timeMs <= timeMs).map(toReading);
      this.#aggregates.forEach((aggregate, k) => (outputs[k]![row] = aggregateOf(aggregate, seen)));
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

  #take(kept: Kept, timeMs: number, values: readonly number[]): void {
    let place = kept.readings.length;
    while (place > 0 && kept.readings[place - 1]!.timeMs > timeMs) place--;
    // NaN does not outlive JSON
    kept.readings.splice(place, 0, { timeMs, values: values.map((value) => (Number.isNaN(value) ? null : value)) });
    kept.newestMs = Math.max(kept.newestMs, timeMs);
    const gone = kept.readings.findIndex((each) => each.timeMs > kept.newestMs - this.#retentionMs);
    if (gone > 0) kept.readings.splice(0, gone);
  }

  [Symbol.dispose](): void {}
}

function toReading({ timeMs, values }: Kept["readings"][number]): Reading {
  return { sensor: 0, timeMs, appendTimeMs: NaN, values: values.map((value) => value ?? NaN) };
}
