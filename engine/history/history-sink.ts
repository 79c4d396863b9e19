import { MangroveError } from "../../kernel-as/errors.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { Sink } from "../sink/sink.ts";
import type { TaskOutput } from "../task/output.ts";
import { makeDirectory } from "./history-store.ts";
import { openDatabase, type HistoryDatabase } from "./database.ts";
import { checkNames } from "./names.ts";
import { isNothing, OpenSegment } from "./open-segment.ts";
import { publish, writeSegments } from "./segment.ts";
import { segmentsOf, WRITTEN } from "./segments.ts";

/**
 * Keeps readings, predictions, alerts and analytics as Parquet files that any number of processes may read meanwhile. A file is named by topic, partition, first and last
 * offset and the run that wrote it.
 */
export class HistorySink implements Sink {
  readonly description: string;
  readonly #pipeline: Pipeline;
  readonly #directory: string;
  readonly #run: string;
  readonly #database: HistoryDatabase;
  /** By partition. */
  readonly #open = new Map<number, OpenSegment>();
  /** The segments that are being written, and the first failure among them. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(pipeline: Pipeline, directory: string, run: string, database: HistoryDatabase) {
    this.#pipeline = pipeline;
    this.#directory = directory;
    this.#run = run;
    this.#database = database;
    this.description = `${WRITTEN} as Parquet in ${directory}`;
  }

  /** `run` tells the files of one process from those of another. */
  static async open(options: { pipeline: Pipeline; directory: string; run: string }): Promise<HistorySink> {
    checkNames(options.pipeline);
    await makeDirectory(options.directory);
    return new HistorySink(options.pipeline, options.directory, options.run, await openDatabase());
  }

  async write(output: TaskOutput): Promise<void> {
    if (isNothing(output)) return;
    const { partition } = output.batch;
    const open = this.#open.get(partition) ?? new OpenSegment(output.batch);
    open.add(output);
    this.#open.set(partition, open);
    if (open.isFull) await this.#roll(partition);
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
    const segment = this.#open.get(partition)!;
    this.#open.delete(partition);
    await this.#writing;
    const write = async () => publish(await writeSegments(this.#database, { directory: this.#directory }, segmentsOf(this.#pipeline, this.#run, segment)));
    this.#writing = write().catch((cause: unknown) => {
      throw new MangroveError("MGV_HISTORY", `The history in ${this.#directory} cannot be written: ${(cause as Error).message}`, { cause });
    });
    this.#writing.catch(() => {}); // told by the next roll or flush
  }
}
