import { mkdir } from "node:fs/promises";
import { detached } from "../batch.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { Sink } from "../sink/sink.ts";
import { alertLevels } from "../task/alerts.ts";
import type { TaskOutput } from "../task/output.ts";
import { writeSegment, type Segment, type SegmentColumn } from "./segment.ts";

/** A segment is closed at this many readings, or by a flush. */
const SEGMENT_ROWS = 16_384;

/**
 * Keeps readings and predictions as Parquet files that any number of processes may read meanwhile, in DuckDB by
 * `read_parquet` over the folder with `hive_partitioning = true`. A file is named by topic, partition, first and last
 * offset and the run that wrote it.
 */
export class HistorySink implements Sink {
  readonly description: string;
  readonly #pipeline: Pipeline;
  readonly #directory: string;
  readonly #run: string;
  readonly #database: Awaited<ReturnType<typeof connect>>;
  /** Outputs not yet in a segment, by partition. */
  readonly #open = new Map<number, { rows: number; outputs: TaskOutput[] }>();
  /** The segments that are being written, and the first failure among them. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(pipeline: Pipeline, directory: string, run: string, database: Awaited<ReturnType<typeof connect>>) {
    this.#pipeline = pipeline;
    this.#directory = directory;
    this.#run = run;
    this.#database = database;
    this.description = `readings and predictions as Parquet in ${directory}`;
  }

  /** `run` tells the files of one process from those of another. */
  static async open(options: { pipeline: Pipeline; directory: string; run: string }): Promise<HistorySink> {
    checkNames(options.pipeline);
    try {
      await mkdir(options.directory, { recursive: true });
    } catch (cause) {
      throw new MangroveError("MGV_HISTORY", `The history folder ${options.directory} cannot be made: ${(cause as Error).message}. Choose another with --history or MANGROVE_HISTORY_DIR.`, { cause });
    }
    return new HistorySink(options.pipeline, options.directory, options.run, await connect());
  }

  async write(output: TaskOutput): Promise<void> {
    const { partition, count } = output.batch;
    if (count === 0) return;
    const open = this.#open.get(partition) ?? { rows: 0, outputs: [] };
    open.rows += count;
    open.outputs.push({ ...output, batch: detached(output.batch) });
    this.#open.set(partition, open);
    if (open.rows >= SEGMENT_ROWS) await this.#roll(partition);
  }

  async flush(): Promise<void> {
    for (const partition of this.#open.keys()) await this.#roll(partition);
    await this.#writing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing.catch(() => {});
    this.#database.close();
  }

  /** Begins to write the partition's open segment, once the one before it is done. */
  async #roll(partition: number): Promise<void> {
    const { outputs } = this.#open.get(partition)!;
    this.#open.delete(partition);
    await this.#writing;
    const write = async () => {
      const kinds = segments(this.#pipeline, this.#run, outputs);
      // all of them to their end, also when one fails: nothing may run on when the connections are closed
      const written = await Promise.allSettled(kinds.map((segment, i) => writeSegment(this.#database.connections[i]!, this.#directory, segment)));
      for (const each of written) if (each.status === "rejected") throw each.reason;
    };
    this.#writing = write().catch((cause: unknown) => {
      throw new MangroveError("MGV_HISTORY", `The history in ${this.#directory} cannot be written: ${(cause as Error).message}`, { cause });
    });
    this.#writing.catch(() => {}); // told by the next roll or flush
  }
}

/** The columns that every reading has beside its fields, and those that the folders' names give. */
const OWN_COLUMNS = ["sensor", "event_time", "topic", "partition", "offset", "append_time", "label", "kind", "date"];

/** Throws `MGV_HISTORY` for fields that a table cannot tell apart: SQL does not see upper and lower case. */
function checkNames({ schema }: Pipeline): void {
  const taken = new Set(OWN_COLUMNS);
  for (const { name } of schema.fields) {
    if (taken.has(name.toLowerCase())) throw new MangroveError("MGV_HISTORY", `The history cannot hold a field called "${name}": another column has that name. Rename the field in the schema.`);
    taken.add(name.toLowerCase());
  }
}

async function connect() {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  // one for each kind, which are written side by side
  const connections = [await instance.connect(), await instance.connect()];
  const close = () => {
    for (const connection of connections) connection.closeSync();
    instance.closeSync();
  };
  return { connections, close };
}

function segments(pipeline: Pipeline, run: string, outputs: readonly TaskOutput[]): Segment[] {
  const first = outputs[0]!.batch;
  const last = outputs.at(-1)!.batch;
  const name = `${first.topic}-${first.partition}-${first.offsets[0]}-${last.offsets.at(-1)}-${run}`;
  const rows = outputs.reduce((sum, { batch }) => sum + batch.count, 0);
  const numbers = (column: (output: TaskOutput) => ArrayLike<number>) => {
    const parts = outputs.map(column);
    const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const values of parts) {
      all.set(values, at);
      at += values.length;
    }
    return all;
  };
  const asTime = "epoch_ms(CAST($ AS BIGINT))";
  const keys: SegmentColumn[] = [
    { name: "sensor", values: outputs.flatMap(({ batch }) => Array.from(batch.sensors, (number) => batch.names.of(number))) },
    { name: "event_time", values: numbers(({ batch }) => batch.timesMs), sql: asTime },
    { name: "topic", values: outputs.flatMap(({ batch }) => new Array<string>(batch.count).fill(batch.topic)) },
    { name: "partition", values: numbers(({ batch }) => new Float64Array(batch.count).fill(batch.partition)), sql: "CAST($ AS INTEGER)" },
    { name: "offset", values: numbers(({ batch }) => batch.offsets), sql: "CAST($ AS BIGINT)" },
  ];
  const readings: SegmentColumn[] = [
    ...keys,
    { name: "append_time", values: numbers(({ batch }) => batch.appendTimesMs), sql: asTime },
    ...pipeline.schema.fields.map((field, index) => ({ name: field.name, values: numbers(({ batch }) => batch.columns[index]!) })),
    { name: "label", values: numbers(({ batch }) => batch.labels), sql: "CAST($ AS TINYINT)" },
  ];
  if (outputs.some(({ scores }) => !scores)) return [{ kind: "readings", name, rows, columns: readings }];
  const places = scoredPlaces(outputs);
  const predictions: SegmentColumn[] = [
    ...keys.map((column) => ({ ...column, values: pick(column.values, places) })),
    { name: "prediction", values: numbers(({ scores }) => scores!.predictions), sql: "CAST($ AS TINYINT)" },
    { name: "probability", values: numbers(({ scores }) => scores!.probabilities) },
    { name: "margin", values: numbers(({ scores }) => scores!.margins) },
    { name: "late", values: pick(numbers(({ late }) => late), places), sql: "CAST($ AS BOOLEAN)" },
    { name: "alert_level", values: outputs.flatMap(({ scores }) => Array.from(scores!.levels, (level) => alertLevels[level]!)) },
    { name: "model_version", values: outputs.flatMap(({ scores }) => new Array<string>(scores!.predictions.length).fill(scores!.modelVersion)) },
  ];
  return [
    { kind: "readings", name, rows, columns: readings },
    { kind: "predictions", name, rows: places?.length ?? rows, columns: predictions },
  ];
}

/** Among the readings of all outputs the places of those that were scored; null: all were. */
function scoredPlaces(outputs: readonly TaskOutput[]): number[] | null {
  if (outputs.every(({ scored }) => scored === null)) return null;
  let before = 0;
  return outputs.flatMap(({ batch, scored }) => {
    const first = before;
    before += batch.count;
    return Array.from({ length: scored?.length ?? batch.count }, (_, i) => first + (scored?.[i] ?? i));
  });
}

function pick(values: SegmentColumn["values"], places: readonly number[] | null): SegmentColumn["values"] {
  return places === null ? values : (places.map((place) => values[place]!) as number[] | string[]);
}
