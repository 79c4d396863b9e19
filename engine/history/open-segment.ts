import type { Batch } from "../batch.ts";
import type { Alert } from "../task/alerts.ts";
import type { TaskOutput, WrittenRow } from "../task/output.ts";

/** What the history needs of the readings of an output, in arrays that stay. */
export interface KeptOutput extends Pick<TaskOutput, "late" | "scores" | "scored">, Omit<Batch, "topic" | "partition" | "count" | "names"> {
  /** Places in the segment's list of names. */
  readonly sensors: Uint32Array;
}

/** A segment is written at this many readings, or as many alerts and rows, or when what is in it is to last. */
const FULL = 65_536;

/** Whether an output has nothing for the history. */
export function isNothing({ batch, alerts, rows }: TaskOutput): boolean {
  return batch.count + alerts.length + rows.length === 0;
}

/** Outputs of one partition that follow each other, until they are written. */
export class OpenSegment {
  readonly topic: string;
  readonly partition: number;
  /** Those with readings. */
  readonly outputs: KeptOutput[] = [];
  readonly alerts: Alert[] = [];
  readonly rows: WrittenRow[] = [];
  /** A sensor whose number was another one's meanwhile is in it twice. */
  readonly names: string[] = [];
  #readings = 0;
  /** Of the last output: where it stands in the journal, if it came of no record. */
  #entry: { readonly offset: number; readonly number: number } | null = null;
  /** By number: the place of its name, and the output that confirmed it, from 1 on. */
  #places = new Uint32Array(0);
  #confirmed = new Uint32Array(0);

  constructor({ topic, partition }: Batch) {
    this.topic = topic;
    this.partition = partition;
  }

  /** Takes a copy of what the task will overwrite. The output is not {@link isNothing}. */
  add(output: TaskOutput): void {
    for (const alert of output.alerts) this.alerts.push(alert);
    for (const row of output.rows) this.rows.push(row);
    if (output.batch.count > 0) this.#addReadings(output);
    else this.#entry = output.journal.at(-1) ?? null;
  }

  get isFull(): boolean {
    return this.#readings >= FULL || this.alerts.length + this.rows.length >= FULL;
  }

  /** The offsets of its records, `first-last`. Of outputs of the clock alone the offset that they came before, and the number of the last one in the journal: `12-12-e7`. */
  get range(): string {
    if (this.outputs.length > 0) return `${this.outputs[0]!.offsets[0]}-${this.outputs.at(-1)!.offsets.at(-1)}`;
    const { offset = 0, number = 0 } = this.#entry ?? {};
    return `${offset}-${offset}-e${number}`;
  }

  #addReadings({ batch, late, scores, scored }: TaskOutput): void {
    const { offsets, appendTimesMs, timesMs, labels, columns } = batch;
    this.outputs.push({
      offsets: offsets.slice(),
      appendTimesMs: appendTimesMs.slice(),
      timesMs: timesMs.slice(),
      labels: labels.slice(),
      columns: columns.map((column) => column.slice()),
      sensors: this.#placesOf(batch),
      late,
      scores,
      scored,
    });
    this.#readings += batch.count;
  }

  #placesOf({ sensors, names }: Batch): Uint32Array {
    const places = sensors.slice();
    const output = this.outputs.length + 1;
    this.#reserve(places.reduce((most, number) => Math.max(most, number + 1), 0));
    for (let row = 0; row < places.length; row++) {
      const number = places[row]!;
      if (this.#confirmed[number] !== output) this.#confirm(number, names.of(number), output);
      places[row] = this.#places[number]!;
    }
    return places;
  }

  #confirm(number: number, name: string, output: number): void {
    if (this.#confirmed[number] === 0 || this.names[this.#places[number]!] !== name) this.#places[number] = this.names.push(name) - 1;
    this.#confirmed[number] = output;
  }

  #reserve(numbers: number): void {
    if (numbers <= this.#places.length) return;
    const grown = (array: Uint32Array) => {
      const larger = new Uint32Array(numbers * 2);
      larger.set(array);
      return larger;
    };
    this.#places = grown(this.#places);
    this.#confirmed = grown(this.#confirmed);
  }
}
