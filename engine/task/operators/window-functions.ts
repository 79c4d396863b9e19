import type { WindowResults } from "../../../kernel-as/host/windows.ts";
import type { Computed } from "../../pipeline/aggregate.ts";
import type { WindowKind } from "../../pipeline/window-kind.ts";
import { columnOf, countBefore, dropReadings, keepReading, noReadings, type KeptReading, type KeptReadings } from "../kept-readings.ts";
import { stepError, type BatchContext } from "../operator.ts";
import type { Rows } from "../rows.ts";
import { SensorState } from "../sensor-state.ts";

export interface WindowFunctionsOptions {
  readonly step: string;
  readonly window: WindowKind;
  readonly functions: readonly Computed[];
  /** Of the rows. */
  readonly fields: readonly string[];
  /** How far behind a sensor's newest reading a window may still be open: disorder and lateness. */
  readonly openMs: number;
}

/** What users' functions make of windows: keeps the readings of each sensor beside the kernel, which says when a window has a result and how many readings are in it. */
export class WindowFunctions {
  readonly state = new SensorState<KeptReadings>(noReadings);
  readonly #options: WindowFunctionsOptions;
  readonly #used: readonly string[];

  constructor(options: WindowFunctionsOptions) {
    this.#options = options;
    this.#used = [...new Set(options.functions.flatMap(({ fields }) => fields))];
  }

  /** Takes in the rows that are not late and gives a column for each function, an entry for each result. Throws `MGV_STEP` when a function does. */
  process(rows: Rows, context: BatchContext, results: WindowResults, late: Uint32Array): Float64Array[] {
    const columns = this.#options.functions.map(() => new Float64Array(results.count));
    const { sensors, timesMs } = rows;
    const used = this.#used.map((name) => rows.columns[this.#options.fields.indexOf(name)]!);
    let [nextLate, nextResult, nextForgotten] = [0, 0, 0];
    for (let row = 0; row <= rows.count; row++) {
      const there = row < rows.count && late[nextLate] !== row;
      if (late[nextLate] === row) nextLate++;
      const [sensor, timeMs, values] = [sensors[row]!, timesMs[row]!, used.map((column) => column[row]!)];
      const reading = there ? keepReading(this.state.of(sensor), timeMs, values) : null;
      const firstResult = nextResult;
      for (; results.records[nextResult] === row; nextResult++) this.#compute(results, nextResult, reading, columns);
      this.#dropClosed(results.sensors.subarray(firstResult, nextResult));
      // a sensor is forgotten after its last results, and before a reading by which it is heard again
      for (; (context.forgotten[nextForgotten]?.record ?? Infinity) <= (rows.records[row] ?? context.offsets.length); nextForgotten++) {
        const forgotten = context.forgotten[nextForgotten]!.sensor;
        this.state.forget(forgotten);
        if (reading && forgotten === sensor) keepReading(this.state.of(sensor), timeMs, values);
      }
    }
    return columns;
  }

  /** Results that no row caused. */
  close(results: WindowResults): Float64Array[] {
    const columns = this.#options.functions.map(() => new Float64Array(results.count));
    for (let result = 0; result < results.count; result++) this.#compute(results, result, null, columns);
    this.#dropClosed(results.sensors);
    return columns;
  }

  /** `reading`: the one that caused the result, which is in the window or came just after it had closed: the kernel has counted. */
  #compute({ sensors, startMs, endMs, readings }: WindowResults, result: number, reading: KeptReading | null, columns: readonly Float64Array[]): void {
    const kept = this.state.of(sensors[result]!);
    const within = kept.readings.slice(countBefore(kept, startMs[result]!), countBefore(kept, endMs[result]!));
    const inside = within.length === readings[result] ? within : within.filter((each) => each !== reading);
    const timesMs = Float64Array.from(inside, ({ timeMs }) => timeMs);
    this.#options.functions.forEach(({ fields, compute }, k) => {
      const given = Object.fromEntries(fields.map((name) => [name, columnOf(inside, this.#used.indexOf(name))]));
      columns[k]![result] = resultOf(this.#options.step, () => compute(given, timesMs));
    });
  }

  #dropClosed(sensors: Uint32Array): void {
    for (const sensor of new Set(sensors)) {
      const kept = this.state.of(sensor);
      dropReadings(kept, this.#closed(kept));
    }
  }

  /** How many of the oldest readings are in no window that may still be open by the sensor's own clock. */
  #closed(kept: KeptReadings): number {
    const { window, openMs } = this.#options;
    const watermarkMs = kept.newestMs - openMs;
    if (window.kind !== "session") return countBefore(kept, watermarkMs - window.sizeMs);
    let closed = 0;
    kept.readings.forEach(({ timeMs }, i) => {
      const isLast = (kept.readings[i + 1]?.timeMs ?? Infinity) > timeMs + window.gapMs;
      if (isLast && timeMs + window.gapMs < watermarkMs) closed = i + 1;
    });
    return closed;
  }
}

/** What a user's function gives for a window. Throws `MGV_STEP` for what is no number. */
export function resultOf(step: string, compute: () => unknown): number {
  try {
    const value = compute();
    if (typeof value === "number") return value;
    throw new TypeError(`it gave ${JSON.stringify(value)} for a window, not a number`);
  } catch (cause) {
    throw stepError(step, cause);
  }
}
