import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { detached } from "../batch.ts";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { TaskOutput } from "../task/output.ts";
import type { HistoryStore } from "./history-store.ts";
import { PENDING, publish, type PendingFile } from "./segment.ts";

/** A segment is closed at this many readings, or when what is written is to last. */
const SEGMENT_ROWS = 65_536;

/**
 * The history of one partition, in step with what is committed: segments are written beside what readers see, and renamed into view once a commit covers
 * them. What a process leaves behind is renamed or deleted by the next one, as the commit says.
 *
 *     written     ├── segment ──┼── segment ──┼── open ──┤
 *     settled     ────────────────────────────┤                     on disk, not to be seen
 *     committed                               ├── published ──
 */
export class TaskHistory {
  readonly #store: HistoryStore;
  readonly #pipeline: Pipeline;
  readonly #partition: number;
  #open: TaskOutput[] = [];
  #rows = 0;
  /** Segments that are closed and not settled. */
  #segments: Promise<readonly PendingFile[]>[] = [];

  constructor(store: HistoryStore, pipeline: Pipeline, partition: number) {
    this.#store = store;
    this.#pipeline = pipeline;
    this.#partition = partition;
  }

  /** Everything below `settledOffset` that an earlier process has left is covered by a commit; what lies beyond is written again. */
  async recover(settledOffset: number): Promise<void> {
    const own = new RegExp(`^(.+)-${this.#partition}-(\\d+)-(\\d+)-[^-]+\\.parquet${PENDING.replace(".", "\\.")}$`);
    const left: PendingFile[] = [];
    for (const name of await readdir(this.#store.directory, { recursive: true }).catch(() => [])) {
      const found = own.exec(name.split(/[/\\]/).at(-1)!);
      if (found?.[1] !== this.#pipeline.readings) continue;
      const pending = join(this.#store.directory, name);
      if (Number(found[3]) < settledOffset) left.push({ pending, path: pending.slice(0, -PENDING.length) });
      else await rm(pending, { force: true });
    }
    await this.#guard(() => publish(left));
  }

  write(output: TaskOutput): void {
    if (output.batch.count === 0) return;
    this.#open.push({ ...output, batch: detached(output.batch) });
    this.#rows += output.batch.count;
    if (this.#rows >= SEGMENT_ROWS) this.#roll();
  }

  /** Resolves at once unless a segment is still being written when the next one is full. */
  async room(): Promise<void> {
    await this.#segments.at(-2);
  }

  /** What was written until the call is on disk when this resolves; the function that it gives makes readers see it. */
  async settle(): Promise<() => Promise<void>> {
    if (this.#rows > 0) this.#roll();
    const segments = this.#segments;
    this.#segments = [];
    const files = (await Promise.all(segments)).flat();
    return () => this.#guard(() => publish(files));
  }

  #roll(): void {
    const outputs = this.#open;
    this.#open = [];
    this.#rows = 0;
    const segment = this.#guard(() => this.#store.write(this.#pipeline, outputs));
    segment.catch(() => {}); // told by whoever waits for it
    this.#segments.push(segment);
  }

  async #guard<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (cause) {
      throw new MangroveError("MGV_HISTORY", `The history in ${this.#store.directory} cannot be written: ${(cause as Error).message}`, { cause });
    }
  }
}
