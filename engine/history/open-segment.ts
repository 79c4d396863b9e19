import type { Batch } from "../batch.ts";
import type { TaskOutput } from "../task/output.ts";

/** What the history needs of an output, in arrays that stay. */
export interface KeptOutput extends Pick<TaskOutput, "late" | "scores" | "scored">, Omit<Batch, "topic" | "partition" | "count" | "names"> {
  /** Places in the segment's list of names. */
  readonly sensors: Uint32Array;
}

/** A segment is written at this many readings, or when what is in it is to last. */
const FULL = 65_536;

/** Outputs of one partition that follow each other, until they are written. */
export class OpenSegment {
  readonly topic: string;
  readonly partition: number;
  readonly outputs: KeptOutput[] = [];
  /** A sensor whose number was another one's meanwhile is in it twice. */
  readonly names: string[] = [];
  #rows = 0;
  /** By number: the place of its name, and the output that confirmed it, from 1 on. */
  #places = new Uint32Array(0);
  #confirmed = new Uint32Array(0);

  constructor({ topic, partition }: Batch) {
    this.topic = topic;
    this.partition = partition;
  }

  /** Takes a copy of what the task will overwrite. */
  add({ batch, late, scores, scored }: TaskOutput): void {
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
    this.#rows += batch.count;
  }

  get isFull(): boolean {
    return this.#rows >= FULL;
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
