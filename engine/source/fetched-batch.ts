import type { FetchedRecords } from "../../kernel-as/host/fetched-records.ts";
import { headersOf, type RecordHeaders } from "../../kernel-as/host/record-headers.ts";
import type { RecordBatch } from "./source.ts";

/** Records where the kernel has them: views that are made anew after its memory has grown. */
export class FetchedBatch implements RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly count: number;
  readonly #records: FetchedRecords;

  constructor(topic: string, partition: number, records: FetchedRecords) {
    this.topic = topic;
    this.partition = partition;
    this.count = records.count;
    this.#records = records;
  }

  get offsets(): Float64Array {
    return this.#records.offsets;
  }

  get appendTimesMs(): Float64Array {
    return this.#records.appendTimesMs;
  }

  get keys(): Uint8Array {
    return this.#records.keys;
  }

  get keyBounds(): Uint32Array {
    return this.#records.keyBounds;
  }

  get values(): Uint8Array {
    return this.#records.values;
  }

  get bounds(): Uint32Array {
    return this.#records.bounds;
  }

  headersOf(record: number): RecordHeaders {
    return headersOf(this.#records, record);
  }
}
