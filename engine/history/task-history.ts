import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { TaskOutput } from "../task/output.ts";
import type { HistoryStore } from "./history-store.ts";
import { isNothing, OpenSegment } from "./open-segment.ts";
import { pendingFiles, publish, type PendingFile } from "./segment.ts";

interface Settled {
  readonly settledOffset: number;
  readonly settledEntry: number;
  readonly settledBy: string | null;
}

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
  readonly #isFenced: boolean;
  /** Where segments lie that are not to be seen yet. */
  #life = "";
  #open: OpenSegment | null = null;
  /** Segments that are closed and not settled. */
  #segments: Promise<readonly PendingFile[]>[] = [];

  /** `isFenced`: an earlier owner commits nothing any more. Else what it has left is shown, whether it comes again or not. */
  constructor(store: HistoryStore, pipeline: Pipeline, { partition, isFenced }: { partition: number; isFenced: boolean }) {
    this.#store = store;
    this.#pipeline = pipeline;
    this.#partition = partition;
    this.#isFenced = isFenced;
  }

  /**
   * Everything of records below `settledOffset` and of journal entries below `settledEntry` that the owner `settledBy` has left is covered by a commit (null: that any has left); what lies beyond, or is of others, is written again, or was seen before. The folders of earlier
   * owners go, so that they write no more where they still live. Folders of owners behind `fence` stay as they are: this one is taken over itself, and does not know it yet. Brokers give producers their ids from blocks of their own: of another producer `settledBy` is earlier, whatever its number.
   */
  async recover({ settledOffset, settledEntry, settledBy }: Settled, fence: string | null): Promise<void> {
    const { directory } = this.#store;
    const own = join(directory, "pending", `${this.#pipeline.readings}-${this.#partition}`);
    await this.#guard(async () => {
      await mkdir(own, { recursive: true });
      const isOfSettled = (name: string) => settledBy !== null && name.startsWith(settledBy);
      const isEarlier = (name: string) => fence === null || !FENCED.test(name) || name < fence || (isOfSettled(name) && producerOf(name) !== producerOf(fence));
      const earlier = (await readdir(own)).filter(isEarlier);
      this.#life = join(own, fence === null ? crypto.randomUUID() : `${fence}-${crypto.randomUUID()}`);
      await mkdir(this.#life);
      for (const name of earlier) {
        const gone = join(own, `${name}.gone`);
        await rename(join(own, name), gone); // nothing is added from here on
        const left = await pendingFiles(gone, directory);
        const isCovered = ({ path }: PendingFile) => (settledBy === null || isOfSettled(name)) && isBelow(path, settledOffset, settledEntry);
        await publish(this.#isFenced ? left.filter(isCovered) : left);
        await rm(gone, { recursive: true });
      }
    });
  }

  write(output: TaskOutput): void {
    if (isNothing(output)) return;
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
    const files = this.#guard(() => this.#store.write(this.#pipeline, segment, this.#life));
    files.catch(() => {}); // told by whoever waits for it
    this.#segments.push(files);
  }

  async #guard<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (cause) {
      if (this.#life !== "" && !existsSync(this.#life)) throw new TakenOverError(this.#partition, cause);
      throw new MangroveError("MGV_HISTORY", `The history in ${this.#store.directory} cannot be written: ${(cause as Error).message}`, { cause });
    }
  }
}

/** Folders of owners that fence others off, in the order of the owners, as far as their producers have their ids from one broker. */
const FENCED = /^\d{20}-\d{5}-/;

function producerOf(fence: string): string {
  return fence.slice(0, 20);
}

/** The folder of this owner's pending files is gone: the partition has another one. */
export class TakenOverError extends Error {
  constructor(partition: number, cause: unknown) {
    super(`partition ${partition} has another owner now, also in the history`, { cause });
    this.name = "TakenOverError";
  }
}

/** The names of segments say which records they hold, and those without records which entry of the journal was the last. */
function isBelow(path: string, offset: number, entry: number): boolean {
  const [, last, number] = /-(\d+)(?:-e(\d+))?-[^-]+\.parquet$/.exec(path) ?? [];
  return number === undefined ? Number(last) < offset : Number(number) < entry;
}
