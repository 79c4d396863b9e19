import type { Arena } from "../../../kernel-as/host/arena.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import { WindowState, type WindowResults } from "../../../kernel-as/host/windows.ts";
import type { Aggregate as WindowAggregate, WindowSpec } from "../../../kernel-as/window-spec.ts";
import type { SensorNames } from "../../batch.ts";
import type { Aggregate } from "../../pipeline/aggregate.ts";
import type { ClockSettings, StepOf } from "../../pipeline/step.ts";
import type { WindowKind } from "../../pipeline/window-kind.ts";
import type { BatchContext, Operator } from "../operator.ts";
import { pickRows, type Rows } from "../rows.ts";

export interface WindowOperatorOptions {
  readonly kernel: Kernel;
  readonly arena: Arena;
  /** Of the arena: the operator's own. */
  readonly root: number;
  readonly step: StepOf<"window">;
  readonly window: Exclude<WindowKind, { kind: "sliding" }>;
  /** Of the rows that come in. */
  readonly fields: readonly string[];
  readonly clock: ClockSettings;
}

/** Rows into windows; out come results of windows that have closed. */
export class WindowOperator implements Operator {
  readonly #step: StepOf<"window">;
  readonly #fields: readonly string[];
  readonly #windows: WindowState;
  #names: SensorNames | null = null;

  constructor(options: WindowOperatorOptions) {
    const { kernel, arena, root, step, fields } = options;
    this.#step = step;
    this.#fields = fields;
    this.#windows = new WindowState(kernel, arena, { spec: specOf(options), root });
  }

  process(rows: Rows, context: BatchContext): Rows {
    this.#names = rows.names;
    const { forgotten } = context;
    const results = this.#windows.push({
      sensors: rows.sensors,
      timesMs: rows.timesMs,
      appendTimesMs: Float64Array.from(rows.records, (record) => context.appendTimesMs[record]!),
      columns: rows.columns,
      forgotten: { records: Uint32Array.from(forgotten, ({ record }) => firstRowFrom(rows, record)), sensors: Uint32Array.from(forgotten, ({ sensor }) => sensor) },
    });
    const late = results.late.slice();
    const given = this.#rows(results, (row) => rows.records[row] ?? context.offsets.length);
    context.lateForWindows += late.length;
    if (late.length > 0 && this.#step.late !== null) context.write(this.#step.late, this.#fields, pickRows(rows, late));
    return given;
  }

  advance(appendNowMs: number): Rows {
    return this.#rows(this.#windows.advance(appendNowMs), () => 0);
  }

  end(): Rows {
    return this.#rows(this.#windows.end(), () => 0);
  }

  #rows({ count, sensors, startMs, endMs, records, aggregates }: WindowResults, recordOf: (row: number) => number): Rows {
    return {
      count,
      records: Uint32Array.from(records, recordOf),
      sensors: sensors.slice(),
      names: this.#names!,
      timesMs: endMs.slice(),
      startsMs: startMs.slice(),
      late: new Uint8Array(count),
      columns: aggregates.map((column) => column.slice()),
      scores: null,
    };
  }

  [Symbol.dispose](): void {
    this.#windows[Symbol.dispose]();
  }
}

/** The place of the first row that comes of this record of the batch or of a later one. */
function firstRowFrom({ records, count }: Rows, record: number): number {
  let row = 0;
  while (row < count && records[row]! < record) row++;
  return row;
}

function specOf({ step, window, fields, clock }: WindowOperatorOptions): WindowSpec {
  const { allowedLatenessMs, emit, aggregates } = step;
  const shape = window.kind === "hopping" && window.hopMs === window.sizeMs ? ({ kind: "tumbling", sizeMs: window.sizeMs } as const) : window;
  return {
    ...shape,
    clock: clock.per,
    maxOutOfOrdernessMs: clock.maxOutOfOrdernessMs,
    idleAfterMs: clock.idleAfterMs,
    forgetAfterMs: null, // the task says who is forgotten
    allowedLatenessMs,
    emit,
    aggregates: windowAggregates(aggregates, fields),
  };
}

/** With fields by their places. */
export function windowAggregates(aggregates: Readonly<Record<string, Aggregate>>, fields: readonly string[]): WindowAggregate[] {
  return Object.values(aggregates).map((aggregate) => aggregateOf(aggregate, fields));
}

function aggregateOf({ kind, field, percent }: Aggregate, fields: readonly string[]): WindowAggregate {
  if (kind === "records") return { kind };
  const column = fields.indexOf(field);
  return kind === "percentile" ? { kind, column, percent } : { kind, column };
}
