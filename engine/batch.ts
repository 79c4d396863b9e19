/** Readings of one partition as columns, in offset order. Entry `i` of every array is reading `i`. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly count: number;
  readonly offsets: Float64Array;
  /** Broker append times, epoch ms; NaN where the source has none. */
  readonly appendTimesMs: Float64Array;
  /** Event times, epoch ms. */
  readonly timesMs: Float64Array;
  readonly sensors: readonly string[];
  /** One column for each field of the schema; NaN is missing. */
  readonly columns: readonly Float64Array[];
  /** 0 or 1, NaN where the reading carries no label. */
  readonly labels: Float64Array;
}

/** A record that could not be decoded or validated. */
export interface DeadLetter {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly code: string;
  readonly reason: string;
  readonly value: Uint8Array;
}
