import type { Batch, DeadLetter } from "../batch.ts";
import type { MangroveError } from "../../kernel-as/errors.ts";
import { deadLetter } from "../decode/reference.ts";
import type { RecordBatch } from "../source/source.ts";
import { timeText } from "../time-text.ts";
import type { Alert } from "./alerts.ts";
import type { Evidence, ScoredReading } from "./evidence.ts";
import type { BatchContext, Forgotten } from "./operator.ts";
import type { Scores, TrialCounts, WrittenRow } from "./output.ts";
import type { Rows } from "./rows.ts";

/** Gathers what the steps of a task give for one batch, and puts it in the order of its readings. */
export class Collected implements BatchContext {
  readonly partition: number;
  readonly offsets: Float64Array;
  readonly appendTimesMs: Float64Array;
  readonly forgotten: readonly Forgotten[];
  scores: Scores | null = null;
  scored: ArrayLike<number> | null = null;
  trial: TrialCounts | null = null;
  lateForWindows = 0;
  readonly #batch: Batch;
  readonly #records: RecordBatch | null;
  readonly #nextOffset: number;
  readonly #alerts: { record: number; isOfReading: boolean; value: Alert }[] = [];
  readonly #letters: { record: number; value: DeadLetter }[] = [];
  readonly #rows: { record: number; value: WrittenRow }[] = [];

  /** `records` are those of the batch; null where no record was read. `nextOffset` is what comes after them. */
  constructor(batch: Batch, options: { forgotten: readonly Forgotten[]; records: RecordBatch | null; nextOffset: number }) {
    this.#batch = batch;
    this.partition = batch.partition;
    this.offsets = batch.offsets.slice();
    this.appendTimesMs = batch.appendTimesMs.slice();
    this.forgotten = options.forgotten;
    this.#records = options.records;
    this.#nextOffset = options.nextOffset;
  }

  raise(rows: Rows, row: number, alert: Omit<Alert, "id" | "sensor" | "timeMs">, ...by: readonly string[]): void {
    const value = { id: [this.#idOf(rows, row), ...by].join("_"), sensor: rows.names.of(rows.sensors[row]!), timeMs: rows.timesMs[row]!, ...alert };
    this.#alerts.push({ record: rows.records[row]!, isOfReading: rows.startsMs === null, value });
  }

  /** One record, or one step of the clock, may close many windows: theirs are named by sensor and bounds. A function may have made several rows of one: those after the first are numbered. */
  #idOf({ records, startsMs, timesMs, sensors, names }: Rows, row: number): string {
    const nameOf = (row: number) => (startsMs === null ? `${this.offsets[records[row]!]}` : `window_${names.of(sensors[row]!)}_${startsMs[row]}_${timesMs[row]}`);
    const name = nameOf(row);
    let first = row;
    while (first > 0 && records[first - 1] === records[row] && nameOf(first - 1) === name) first--;
    return `${this.partition}_${name}${first < row ? `_${row - first}` : ""}`;
  }

  fail(rows: Rows, row: number, error: MangroveError): void {
    const record = rows.records[row]!;
    if (this.#records === null || record >= this.#batch.count) this.#letters.push({ record, value: this.#letterOfNoRecord(rows, row, error) });
    else if (this.#letters.every((letter) => letter.record !== record)) this.#letters.push({ record, value: deadLetter(this.#records, this.#records.offsets.indexOf(this.offsets[record]!), error) });
  }

  #letterOfNoRecord({ names, sensors, startsMs, timesMs }: Rows, row: number, { code, message }: MangroveError): DeadLetter {
    const { topic, partition } = this.#batch;
    const window = startsMs === null ? "" : `, at the window from ${timeText(startsMs[row]!)} to ${timeText(timesMs[row]!)}`;
    return { topic, partition, offset: this.#nextOffset, appendTimeMs: NaN, key: names.of(sensors[row]!), headers: [], code, reason: `${message}${window}`, value: new Uint8Array(0), isOfRecord: false };
  }

  predict(rows: Rows): void {
    this.scores = rows.scores;
    this.scored = rows.count === this.#batch.count && isOneEach(rows) ? null : Array.from(rows.records);
  }

  write(topic: string, fields: readonly string[], rows: Rows): void {
    const { columns, sensors, timesMs, startsMs, records, names } = rows;
    for (let i = 0; i < rows.count; i++) {
      const values = Object.fromEntries(fields.map((field, k) => [field, columns[k]![i]!]));
      const value = { topic, sensor: names.of(sensors[i]!), timeMs: timesMs[i]!, startMs: startsMs?.[i] ?? null, offset: this.offsets[records[i]!] ?? NaN, values };
      this.#rows.push({ record: records[i]!, value });
    }
  }

  get alerts(): Alert[] {
    return inOrder(this.#alerts);
  }

  /** What stood behind each alert, where a reading did. */
  evidence(scoredOf: (record: number) => ScoredReading | null): Evidence[] {
    const { columns, count } = this.#batch;
    const raised = this.#alerts.filter(({ record, isOfReading }) => isOfReading && record < count);
    return raised.map(({ record, value }) => ({ alertId: value.id, values: Float64Array.from(columns, (column) => column[record]!), scored: scoredOf(record) }));
  }

  get deadLetters(): DeadLetter[] {
    return inOrder(this.#letters);
  }

  get rows(): WrittenRow[] {
    return inOrder(this.#rows);
  }
}

/** Whether row `i` comes of record `i`. */
function isOneEach({ records, count }: Rows): boolean {
  for (let row = 0; row < count; row++) if (records[row] !== row) return false;
  return true;
}

/** By record; what one record gave stays as it came. */
function inOrder<Value>(entries: { record: number; value: Value }[]): Value[] {
  return entries.sort((a, b) => a.record - b.record).map(({ value }) => value);
}
