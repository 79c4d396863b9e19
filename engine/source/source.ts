import type { RecordHeaders } from "../../kernel-as/host/record-headers.ts";

/**
 * Records of one partition in offset order, as the source holds them. Record `i` is
 * `values.subarray(bounds[i], bounds[i + 1])`.
 */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly count: number;
  /** Offsets, rising; whole numbers below 2^53. */
  readonly offsets: Float64Array;
  /** When the broker appended each record, epoch ms; NaN where the source has no such time. */
  readonly appendTimesMs: Float64Array;
  /** Keys of the records, record `i` having `keys.subarray(keyBounds[i], keyBounds[i + 1])`; an empty one is no key. */
  readonly keys: Uint8Array;
  readonly keyBounds: Uint32Array;
  readonly values: Uint8Array;
  /** `count + 1` byte positions in `values`. */
  readonly bounds: Uint32Array;
  /** The headers of a record; none is known where the source has no such thing. Asked for dead letters alone. */
  headersOf?(record: number): RecordHeaders;
}

/** How the bytes of a record are to be read. */
export type RecordFormat = { readonly kind: "json" } | { readonly kind: "csv"; readonly header: readonly string[] };

/** Where records come from. Adapters: memory, replay of a file, simulator, Kafka. */
export interface Source extends AsyncDisposable {
  readonly topic: string;
  /** A sentence for people: what is read, and where. */
  readonly description: string;
  /** Once `read` has ended by itself there will never be more, so that every window may close. */
  readonly isWhole: boolean;
  /**
   * Reads until the end of the source, or until `signal` aborts: then it ends quietly, after the batch in hand. A consumer that does not pull pauses the
   * source. May be called once.
   */
  read(signal: AbortSignal): AsyncIterable<{ readonly format: RecordFormat; readonly records: RecordBatch }>;
  /** The clock that gives append times, epoch ms, while nothing is left to be read; null otherwise. Without it silence tells nothing. */
  caughtUpMs?(): number | null;
  /** Everything below `nextOffset` of the partition is done with. Sources without memory do nothing. */
  commit(partition: number, nextOffset: number): Promise<void>;
}
