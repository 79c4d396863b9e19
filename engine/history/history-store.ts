import { mkdir } from "node:fs/promises";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import { openDatabase, type HistoryDatabase } from "./database.ts";
import { checkNames } from "./names.ts";
import type { OpenSegment } from "./open-segment.ts";
import { writeSegments, type PendingFile } from "./segment.ts";
import { segmentsOf, WRITTEN } from "./segments.ts";
import { TaskHistory } from "./task-history.ts";

/** The folder of the history, and what writes it for all tasks of a process. */
export class HistoryStore implements AsyncDisposable {
  readonly directory: string;
  readonly #run: string;
  readonly #database: HistoryDatabase;
  #writing: Promise<unknown> = Promise.resolve();

  /** `run` tells the files of one process from those of another. */
  static async open({ pipeline, directory, run }: { pipeline: Pipeline; directory: string; run: string }): Promise<HistoryStore> {
    checkNames(pipeline);
    await makeDirectory(directory);
    return new HistoryStore(directory, run, await openDatabase());
  }

  private constructor(directory: string, run: string, database: HistoryDatabase) {
    this.directory = directory;
    this.#run = run;
    this.#database = database;
  }

  /** A sentence for people: what goes where. */
  get description(): string {
    return `${WRITTEN} as Parquet in ${this.directory}`;
  }

  of(pipeline: Pipeline, task: { partition: number; isFenced: boolean }): TaskHistory {
    return new TaskHistory(this, pipeline, task);
  }

  /** A segment as files in the folder `pending`; one call after the other. */
  write(pipeline: Pipeline, segment: OpenSegment, pending: string): Promise<PendingFile[]> {
    const written = this.#writing.then(() => writeSegments(this.#database, { directory: this.directory, pending }, segmentsOf(pipeline, this.#run, segment)));
    this.#writing = written.catch(() => {});
    return written;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
    this.#database.close();
  }
}

/** Throws `MGV_HISTORY` where the folder cannot be made. */
export async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (cause) {
    throw new MangroveError("MGV_HISTORY", `The history folder ${directory} cannot be made: ${(cause as Error).message}. Choose another with --history or MANGROVE_HISTORY_DIR.`, { cause });
  }
}
