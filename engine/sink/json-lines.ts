import { mkdir, open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { TaskOutput } from "../task/output.ts";
import { outputLines } from "./output-lines.ts";
import type { Sink } from "./sink.ts";

/** Writes every output topic as `DIR/<topic>.jsonl`, one record a line, starting the files anew. */
export class JsonLinesSink implements Sink {
  readonly description: string;
  readonly #pipeline: Pipeline;
  readonly #files: ReadonlyMap<string, FileHandle>;

  private constructor(pipeline: Pipeline, directory: string, files: ReadonlyMap<string, FileHandle>) {
    this.#pipeline = pipeline;
    this.#files = files;
    this.description = `${pipeline.outputTopics.join(", ")} as JSON lines in ${directory}`;
  }

  static async open(pipeline: Pipeline, directory: string): Promise<JsonLinesSink> {
    try {
      await mkdir(directory, { recursive: true });
      const files = new Map<string, FileHandle>();
      for (const topic of pipeline.outputTopics) {
        files.set(topic, await open(join(directory, `${topic}.jsonl`), "w"));
      }
      return new JsonLinesSink(pipeline, directory, files);
    } catch (cause) {
      throw new MangroveError("MGV_FILE_WRITE", `Cannot write to ${directory}: ${(cause as Error).message}. Choose another folder with --out.`, { cause });
    }
  }

  async write(output: TaskOutput): Promise<void> {
    for (const [topic, pieces] of outputLines(this.#pipeline, output)) for (const piece of pieces) await this.#files.get(topic)!.appendFile(piece);
  }

  async flush(): Promise<void> {
    for (const file of this.#files.values()) await file.datasync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of this.#files.values()) await file.close();
  }
}
