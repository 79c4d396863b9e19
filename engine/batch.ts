import type { RecordHeaders } from "../kernel-as/host/record-headers.ts";

/** Names of sensors by their numbers, good for the numbers of the batch that they came with. */
export interface SensorNames {
  of(number: number): string;
}

/**
 * Readings of one partition as columns, in offset order. Entry `i` of every array is reading `i`. Arrays may be views of kernel memory: they are valid until
 * the same decoder decodes again, and go stale when the kernel's memory grows, so ask the batch for them anew after kernel calls. Who keeps a
 * batch for longer takes a {@link detached} one.
 */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly count: number;
  readonly offsets: Float64Array;
  /** Broker append times, epoch ms; NaN where the source has none. */
  readonly appendTimesMs: Float64Array;
  /** Event times, epoch ms. */
  readonly timesMs: Float64Array;
  /** Numbers of the sensors, those of one task's dictionary. */
  readonly sensors: Uint32Array;
  readonly names: SensorNames;
  /** One column for each field of the schema; NaN is missing. */
  readonly columns: readonly Float64Array[];
  /** 0 or 1, NaN where the reading carries no label. */
  readonly labels: Float64Array;
}

/** No reading, of a schema of so many fields. */
export function emptyBatch(fields: number, of: Pick<Batch, "topic" | "partition" | "names">): Batch {
  const none = new Float64Array(0);
  return { ...of, count: 0, offsets: none, appendTimesMs: none, timesMs: none, sensors: new Uint32Array(0), columns: Array.from({ length: fields }, () => none), labels: none };
}

/** A copy that stays, names and all. */
export function detached(batch: Batch): Batch {
  const sensors = batch.sensors.slice();
  const names = new Map<number, string>();
  for (const sensor of sensors) if (!names.has(sensor)) names.set(sensor, batch.names.of(sensor));
  return {
    topic: batch.topic,
    partition: batch.partition,
    count: batch.count,
    offsets: batch.offsets.slice(),
    appendTimesMs: batch.appendTimesMs.slice(),
    timesMs: batch.timesMs.slice(),
    sensors,
    names: { of: (number) => names.get(number)! },
    columns: batch.columns.map((column) => column.slice()),
    labels: batch.labels.slice(),
  };
}

/** A record that could not be decoded or validated. */
export interface DeadLetter {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** As of {@link Batch.appendTimesMs}. */
  readonly appendTimeMs: number;
  readonly key: string | null;
  readonly headers: RecordHeaders;
  readonly code: string;
  readonly reason: string;
  readonly value: Uint8Array;
  /** False: of a row that no record caused, as of a window that silence has closed. The offset is that of the record that comes next, the key is the row's sensor, and there is no message. */
  readonly isOfRecord?: false;
}
