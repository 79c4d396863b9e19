import { Messages } from "../engine/simulator/messages.ts";
import { RecordBatchBuilder } from "../engine/source/record-batch.ts";
import type { RecordBatch } from "../engine/source/source.ts";

const BATCH_RECORDS = 4096;
const TIME = '"UTC":';
const DIGITS = 10;

/**
 * One message a second of each simulated sensor, without end: the messages of some seconds, over and over, with the time of each written into its bytes. So it costs next to
 * nothing to make them.
 */
export class MessageStream {
  readonly #batches: readonly { readonly records: RecordBatch; readonly timesAt: Uint32Array; readonly seconds: Float64Array }[];
  readonly #period: number;
  readonly #startS: number;
  #next = 0;
  #offset = 0;

  /** At least `sensors` messages are different, and a whole number of seconds is. */
  constructor(topic: string, sensors: number) {
    const messages = new Messages({ sensors, seed: 3 });
    this.#period = Math.max(1, Math.ceil(20_000 / sensors));
    this.#startS = messages.startMs / 1000;
    const encoder = new TextEncoder();
    const batches: { records: RecordBatch; timesAt: Uint32Array; seconds: Float64Array }[] = [];
    let builder = new RecordBatchBuilder(topic, 0);
    let texts: string[] = [];
    let seconds: number[] = [];
    const flush = () => {
      const records = builder.take();
      const timesAt = Uint32Array.from(texts, (text, i) => records.bounds[i]! + text.indexOf(TIME) + TIME.length);
      batches.push({ records, timesAt, seconds: Float64Array.from(seconds) });
      texts = [];
      seconds = [];
    };
    for (let second = 0; second < this.#period; second++) {
      const [keys, step]: [string[], string[]] = [[], []];
      messages.next(keys, step);
      step.forEach((text, i) => {
        builder.add(0, NaN, encoder.encode(keys[i]), encoder.encode(text));
        texts.push(text);
        seconds.push(second);
        if (builder.count === BATCH_RECORDS) flush();
      });
    }
    if (builder.count > 0) flush();
    builder = new RecordBatchBuilder(topic, 0);
    this.#batches = batches;
  }

  /** The next batches until at least `readings` have been given. Each is gone when the next is asked for. */
  *take(readings: number): Generator<RecordBatch> {
    for (let taken = 0; taken < readings; ) {
      const { records, timesAt, seconds } = this.#batches[this.#next % this.#batches.length]!;
      const roundS = this.#startS + Math.floor(this.#next / this.#batches.length) * this.#period;
      for (let i = 0; i < records.count; i++) writeDigits(records.values, timesAt[i]!, roundS + seconds[i]!);
      for (let i = 0; i < records.count; i++) records.offsets[i] = this.#offset++;
      this.#next++;
      taken += records.count;
      yield records;
    }
  }
}

function writeDigits(bytes: Uint8Array, at: number, seconds: number): void {
  for (let i = DIGITS - 1, left = seconds; i >= 0; i--) {
    const next = Math.floor(left / 10);
    bytes[at + i] = 48 + (left - next * 10);
    left = next;
  }
}
