import type { Floats } from "../../kernel-as/model/forest.ts";
import type { Batch, SensorNames } from "../batch.ts";
import type { Scores } from "./output.ts";

/**
 * Rows on their way from one step to the next. Entry `i` of every array is row `i`; arrays may be views of kernel memory, to be asked for anew after calls of
 * the kernel, and good for this batch only.
 */
export interface Rows {
  readonly count: number;
  /** The reading of the batch that each row comes of, rising. */
  readonly records: ArrayLike<number>;
  readonly sensors: Uint32Array;
  readonly names: SensorNames;
  /** Event times, epoch ms; of results of windows their ends. */
  readonly timesMs: Float64Array;
  /** Of results of windows where they begin. */
  readonly startsMs: Float64Array | null;
  readonly late: Uint8Array;
  /** One for each field of the step that gave the rows; NaN is missing. */
  readonly columns: readonly Float64Array[];
  /** Of rows that a model has scored. */
  readonly scores: Scores | null;
  /** Of windows that have closed: what they tell was before their records, and before anybody was forgotten just before these. */
  readonly areClosed: boolean;
}

/** All readings of a batch: the schema's fields, then the label. */
export class BatchRows implements Rows {
  readonly count: number;
  readonly records: Uint32Array;
  readonly names: SensorNames;
  readonly startsMs = null;
  readonly late: Uint8Array;
  readonly scores = null;
  readonly areClosed = false;
  readonly #batch: Batch;

  constructor(batch: Batch, late: Uint8Array) {
    this.count = batch.count;
    this.records = upTo(batch.count);
    this.names = batch.names;
    this.late = late;
    this.#batch = batch;
  }

  get sensors(): Uint32Array {
    return this.#batch.sensors;
  }

  get timesMs(): Float64Array {
    return this.#batch.timesMs;
  }

  get columns(): readonly Float64Array[] {
    return [...this.#batch.columns, this.#batch.labels];
  }
}

let identity = new Uint32Array(0);

/** 0, 1, 2, … */
function upTo(count: number): Uint32Array {
  if (identity.length < count) identity = Uint32Array.from({ length: count * 2 }, (_, i) => i);
  return identity.subarray(0, count);
}

/** Some of the rows, by their rising numbers. */
export function pickRows(rows: Rows, picked: Uint32Array): Rows {
  const { scores } = rows;
  const pick = <Values extends Floats | Uint8Array | Uint32Array>(values: Values): Values => {
    const some = new (values.constructor as new (length: number) => Values)(picked.length);
    picked.forEach((row, i) => (some[i] = values[row]!));
    return some;
  };
  return {
    count: picked.length,
    records: Uint32Array.from(picked, (row) => rows.records[row]!),
    sensors: pick(rows.sensors),
    names: rows.names,
    timesMs: pick(rows.timesMs),
    startsMs: rows.startsMs && pick(rows.startsMs),
    late: pick(rows.late),
    columns: rows.columns.map(pick),
    scores: scores && {
      models: scores.models,
      arms: scores.arms && pick(scores.arms),
      margins: pick(scores.margins),
      probabilities: pick(scores.probabilities),
      predictions: pick(scores.predictions),
      levels: pick(scores.levels),
    },
    areClosed: rows.areClosed,
  };
}

/** Whether a row comes before what is forgotten just before a record of the batch. */
export function comesBefore({ records, areClosed }: Rows, row: number, record: number): boolean {
  return areClosed ? records[row]! <= record : records[row]! < record;
}

/** The place of the first row, `from` or behind it, that comes after what is forgotten just before a record of the batch. */
export function firstRowAfter(rows: Rows, record: number, from = 0): number {
  let row = from;
  while (row < rows.count && comesBefore(rows, row, record)) row++;
  return row;
}

/** Rows `from` up to `to`. */
export function sliceRows(rows: Rows, from: number, to: number): Rows {
  const { records, sensors, names, timesMs, startsMs, late, columns, areClosed } = rows;
  return {
    count: to - from,
    records: Array.prototype.slice.call(records, from, to) as number[],
    sensors: sensors.subarray(from, to),
    names,
    timesMs: timesMs.subarray(from, to),
    startsMs: startsMs && startsMs.subarray(from, to),
    late: late.subarray(from, to),
    columns: columns.map((column) => column.subarray(from, to)),
    scores: null,
    areClosed,
  };
}

/** No rows, of a step that gives these fields. */
export function noRows(fields: readonly string[], names: SensorNames): Rows {
  const none = new Float64Array(0);
  return { count: 0, records: [], sensors: new Uint32Array(0), names, timesMs: none, startsMs: null, late: new Uint8Array(0), columns: fields.map(() => none), scores: null, areClosed: false };
}

/** Rows of one step, those of `after` behind those of `before`. */
export function concatRows(before: Rows, after: Rows): Rows {
  if (before.count === 0) return after;
  if (after.count === 0) return before;
  return {
    count: before.count + after.count,
    records: joined([Uint32Array.from(before.records), Uint32Array.from(after.records)]),
    sensors: joined([before.sensors, after.sensors]),
    names: before.names,
    timesMs: joined([before.timesMs, after.timesMs]),
    startsMs: before.startsMs && after.startsMs && joined([before.startsMs, after.startsMs]),
    late: joined([before.late, after.late]),
    columns: before.columns.map((column, k) => joined([column, after.columns[k]!])),
    scores: null,
    areClosed: before.areClosed,
  };
}

/** Of at least one part, one behind the other; in f64 where one of the parts is. */
export function joined<Values extends Floats | Uint8Array | Uint32Array>(parts: readonly Values[]): Values {
  const { constructor } = parts.find((part) => part instanceof Float64Array) ?? parts[0]!;
  const all = new (constructor as new (length: number) => Values)(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The rows with columns after those that they have, which are made when somebody asks. */
export function withColumns(rows: Rows, added: () => readonly Float64Array[], scores: Scores | null = rows.scores): Rows {
  let made: readonly Float64Array[] | null = null;
  return {
    count: rows.count,
    records: rows.records,
    names: rows.names,
    startsMs: rows.startsMs,
    late: rows.late,
    scores,
    areClosed: rows.areClosed,
    get sensors() {
      return rows.sensors;
    },
    get timesMs() {
      return rows.timesMs;
    },
    get columns() {
      made ??= added();
      return [...rows.columns, ...made];
    },
  };
}
