import { MangroveError } from "../../kernel-as/errors.ts";
import type { Schema } from "../../kernel-as/schema.ts";
import { splitCsv } from "../decode/csv.ts";
import { rowOpener, type OpenRow } from "../decode/rows.ts";
import { eventTime } from "../decode/value.ts";
import { Pace, sleep, type Sleep, type Speed } from "./pace.ts";
import { RecordBatchBuilder } from "./record-batch.ts";
import { Recordings } from "./recordings.ts";
import type { RecordBatch, RecordFormat, Source } from "./source.ts";
import { readTableLines } from "./table-lines.ts";

const BATCH_RECORDS = 4096;

export interface ReplayOptions {
  /** A CSV with a header, or JSON lines as they come from Kafka: told apart by the first character. */
  readonly path: string;
  readonly schema: Schema;
  readonly topic: string;
  readonly speed: Speed;
  /** Records below this offset are passed over, without waiting; default 0. Fewer in the file are an error. */
  readonly from?: number;
  /** For a CSV that has no column for the time: its first row gets `intervalMs`, the next twice that, and so on. Default: it is refused. */
  readonly intervalMs?: number;
  readonly now?: () => number;
  readonly sleep?: Sleep;
}

/**
 * Tells a file again, in its order, as one partition. Rows of a CSV that names no sensor belong to recordings R1, R2, …, split where
 * the time jumps.
 */
export class ReplaySource implements Source {
  readonly topic: string;
  readonly isWhole = true;
  readonly description: string;
  readonly #options: ReplayOptions;

  constructor(options: ReplayOptions) {
    this.topic = options.topic;
    this.#options = options;
    const speed = options.speed === "max" ? "at full speed" : `at ${options.speed} times its own speed`;
    this.description = `replay of ${options.path} ${speed}`;
  }

  /** Throws `MGV_FILE_READ`, `MGV_CSV_EMPTY`, `MGV_CSV_COLUMN`. */
  async *read(signal: AbortSignal): AsyncGenerator<{ format: RecordFormat; records: RecordBatch }> {
    const { path } = this.#options;
    const lines = readTableLines(path);
    const first = await lines.next();
    if (first.done) throw empty(path);
    try {
      yield* this.#tell(first.value, lines, signal);
    } finally {
      await lines.return(undefined);
    }
  }

  async *#tell(firstLine: Uint8Array, lines: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<{ format: RecordFormat; records: RecordBatch }> {
    const { path, schema, topic, speed, from = 0, intervalMs = NaN, now = Date.now, sleep: wait = sleep } = this.#options;
    const text = new TextDecoder();
    const bytes = new TextEncoder();
    const format = formatOf(firstLine);
    const open = rowOpener(schema, format);
    const named = format.kind === "json" || format.header.some((name) => schema.sensorKeys.includes(name));
    const timeless = format.kind === "csv" && !format.header.some((name) => schema.time.keys.includes(name));
    if (timeless && Number.isNaN(intervalMs)) {
      throw new MangroveError("MGV_CSV_COLUMN", `${path} has no column for the time; it should be called ${schema.time.keys.join(" or ")}. The columns are ${format.header.join(", ")}.`);
    }

    const builder = new RecordBatchBuilder(topic, 0);
    let pace: Pace | null = null;
    const recordings = new Recordings();
    let offset = 0;
    const take = async function* (line: Uint8Array) {
      const rowTimeMs = timeless ? (offset + 1) * intervalMs : NaN;
      const isPassed = offset < from;
      const needsTime = !named || (speed !== "max" && !isPassed);
      const timeMs = needsTime ? timeOf(open, schema, text.decode(line), rowTimeMs) : NaN;
      const recording = named ? null : bytes.encode(recordings.nameOf(timeMs));
      if (isPassed) {
        offset++;
        return;
      }
      const dueMs = (pace ??= new Pace(speed, now())).dueMs(timeMs);
      if (dueMs > now() && builder.count > 0) yield { format, records: builder.take() };
      while (dueMs > now() && !signal.aborted) await wait(dueMs - now(), signal);
      if (signal.aborted) return;
      builder.add(offset++, rowTimeMs, recording, line);
      if (builder.count === BATCH_RECORDS) yield { format, records: builder.take() };
    };

    if (format.kind === "json") yield* take(firstLine);
    for await (const line of lines) {
      if (signal.aborted) break;
      yield* take(line);
    }
    if (builder.count > 0) yield { format, records: builder.take() };
    if (signal.aborted) return;
    if (offset < from) throw new MangroveError("MGV_USAGE", `${path} has ${offset} records, and ${from} of it were taken in before: it is another file. Choose another directory with --state, or put the file back.`);
    if (offset === 0) throw new MangroveError("MGV_CSV_EMPTY", `${path} has a header but no rows.`);
  }

  commit(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

/** How the records of a file are to be read: its first line tells. Throws `MGV_FILE_READ`, `MGV_CSV_EMPTY`. */
export async function formatOfFile(path: string): Promise<RecordFormat> {
  for await (const line of readTableLines(path)) return formatOf(line);
  throw empty(path);
}

function formatOf(firstLine: Uint8Array): RecordFormat {
  const text = new TextDecoder().decode(firstLine);
  return text.trimStart().startsWith("{") ? { kind: "json" } : { kind: "csv", header: headerOf(text) };
}

/** The names of a CSV's columns, without blanks around them. */
export function headerOf(line: string): string[] {
  return splitCsv(line).map((name) => name.trim());
}

function empty(path: string): MangroveError {
  return new MangroveError("MGV_CSV_EMPTY", `${path} is empty: it has not even a header.`);
}

/** The event time of a line, NaN where it has none or cannot be read: the decoder will say why. */
function timeOf(open: OpenRow, schema: Schema, line: string, fallbackMs: number): number {
  try {
    const timeMs = eventTime(schema, open(line).time(), fallbackMs);
    return typeof timeMs === "number" ? timeMs : NaN;
  } catch {
    return NaN;
  }
}
