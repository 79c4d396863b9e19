import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { MangroveError } from "../../../kernel-as/errors.ts";
import type { OpenFile } from "../../log/batch-file.ts";
import { makeFolder } from "../../make-folder.ts";
import type { Pipeline } from "../../pipeline/pipeline.ts";
import { outputLines } from "../../sink/output-lines.ts";
import { syncFolder } from "../../sync-folder.ts";
import type { TaskOutput } from "../../task/output.ts";

/** Lines that are taken out to be written. */
export type Lines = ReadonlyMap<string, readonly Uint8Array[]>;

interface OutputFile {
  readonly path: string;
  readonly handle: FileHandle;
  bytes: number;
}

/** The files of a task, `DIR/<topic>-<partition>.jsonl`, a record a line. */
export class OutputFiles implements AsyncDisposable {
  readonly #pipeline: Pipeline;
  readonly #files: ReadonlyMap<string, OutputFile>;
  #lines = new Map<string, Uint8Array[]>();
  #pendingBytes = 0;

  /** Cut to what was committed of them, bytes by topic; null: nothing ever was, and files that are there are begun anew. Throws `MGV_FILE_READ` where less is there, `MGV_USAGE` for a file of something else, `MGV_FILE_WRITE`. */
  static async open(options: { readonly pipeline: Pipeline; readonly partition: number; readonly directory: string; readonly topics: readonly string[]; readonly openFile?: OpenFile }, committed: Readonly<Record<string, number>> | null): Promise<OutputFiles> {
    const { pipeline, partition, directory, topics, openFile = open } = options;
    const files = new Map<string, OutputFile>();
    await using opened = new AsyncDisposableStack();
    await makeFolder(directory);
    try {
      for (const topic of topics) {
        const path = join(directory, `${topic}-${partition}.jsonl`);
        const bytes = committed?.[topic] ?? 0;
        const handle = opened.use(await openFile(path, "a+"));
        const { size } = await handle.stat();
        if (size < bytes) throw new MangroveError("MGV_FILE_READ", `${path} has ${size} bytes, and ${bytes} were committed: it was cut, or is another file. Put it back, or begin anew with another --state.`);
        if (size > 0 && committed && committed[topic] === undefined) throw new MangroveError("MGV_USAGE", `${path} is there already, and was not written from this state: choose another folder with --out, or move the file away.`);
        if (size > bytes) await handle.truncate(bytes);
        files.set(topic, { path, handle, bytes });
      }
      await syncFolder(directory);
    } catch (thrown) {
      throw thrown instanceof MangroveError ? thrown : notWritten(directory, thrown);
    }
    opened.move();
    return new OutputFiles(pipeline, files);
  }

  private constructor(pipeline: Pipeline, files: ReadonlyMap<string, OutputFile>) {
    this.#pipeline = pipeline;
    this.#files = files;
  }

  /** Added and not yet taken. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  add(output: TaskOutput): void {
    for (const [topic, pieces] of outputLines(this.#pipeline, output)) {
      if (!this.#files.has(topic)) continue;
      const lines = this.#lines.get(topic);
      if (lines) lines.push(...pieces);
      else this.#lines.set(topic, pieces);
      for (const { length } of pieces) this.#pendingBytes += length;
    }
  }

  take(): Lines {
    const lines = this.#lines;
    this.#lines = new Map();
    this.#pendingBytes = 0;
    return lines;
  }

  /** Resolves to the bytes of all files, by topic, once the lines are on disk. Throws `MGV_FILE_WRITE`. */
  async write(lines: Lines): Promise<Readonly<Record<string, number>>> {
    // all to their end, also when one fails: nothing may be written when the files are opened anew
    const written = await Promise.allSettled(Array.from(lines, ([topic, pieces]) => append(this.#files.get(topic)!, Buffer.concat(pieces))));
    for (const each of written) if (each.status === "rejected") throw each.reason;
    return Object.fromEntries(Array.from(this.#files, ([topic, { bytes }]) => [topic, bytes]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { handle } of this.#files.values()) await handle.close();
  }
}

async function append(file: OutputFile, bytes: Uint8Array): Promise<void> {
  try {
    await file.handle.appendFile(bytes);
    await file.handle.datasync();
    file.bytes += bytes.length;
  } catch (cause) {
    throw notWritten(file.path, cause);
  }
}

function notWritten(path: string, cause: unknown): MangroveError {
  return new MangroveError("MGV_FILE_WRITE", `Cannot write ${path}: ${(cause as Error).message}`, { cause });
}
