import { readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { TaskOutput } from "../task/output.ts";
import type { HistoryStore } from "./history-store.ts";
import { OpenSegment } from "./open-segment.ts";
import { PENDING, publish, type PendingFile } from "./segment.ts";

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
  #open: OpenSegment | null = null;
  /** Segments that are closed and not settled. */
  #segments: Promise<readonly PendingFile[]>[] = [];

  constructor(store: HistoryStore, pipeline: Pipeline, partition: number) {
    this.#store = store;
    this.#pipeline = pipeline;
    this.#partition = partition;
  }

  /** Everything below `settledOffset` that an earlier process has left is covered by a commit; what lies beyond is written again. */
  async recover(settledOffset: number): Promise<void> {
    const own = new RegExp(`^(.+)-${this.#partition}-\\d+-(\\d+)-[^-]+\\.parquet${PENDING.replace(".", "\\.")}$`);
    await this.#guard(async () => {
      const left: PendingFile[] = [];
      for (const name of await readdir(this.#store.directory, { recursive: true })) {
        const found = own.exec(basename(name));
        if (found?.[1] !== this.#pipeline.readings) continue;
        const pending = join(this.#store.directory, name);
        if (Number(found[2]) < settledOffset) left.push({ pending, path: pending.slice(0, -PENDING.length) });
        else await rm(pending, { force: true });
      }
      await publish(left);
    });
  }

  write(output: TaskOutput): void {
    if (output.batch.count === 0) return;
    this.#open ??= new OpenSegment(output.batch);
    this.#open.add(output);
    if (this.#open.isFull) this.#roll(this.#open);
  }

  /** Resolves at once unless a segment is still being written when the next one is full. */
  async room(): Promise<void> {
    await this.#segments.at(-2);
  }

  /** What was written until the call is on disk when this resolves; the function that it gives makes readers see it. */
  async settle(): Promise<() => Promise<void>> {
    if (this.#open) this.#roll(this.#open);
    const segments = this.#segments;
    this.#segments = [];
    const files = (await Promise.all(segments)).flat();
    return () => this.#guard(() => publish(files));
  }

  #roll(segment: OpenSegment): void {
    this.#open = null;
    const files = this.#guard(() => this.#store.write(this.#pipeline, segment));
    files.catch(() => {}); // told by whoever waits for it
    this.#segments.push(files);
  }

  async #guard<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (cause) {
      throw new MangroveError("MGV_HISTORY", `The history in ${this.#store.directory} cannot be written: ${(cause as Error).message}`, { cause });
    }
  }
}
