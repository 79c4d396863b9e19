import type { Kernel } from "../../kernel-as/host/kernel.ts";
import type { Model } from "../model/model-store.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { PartitionedLog, PartitionReader } from "../source/partition.ts";
import type { RecordBatch } from "../source/source.ts";
import type { JournalEntry } from "../task/journal.ts";
import type { LiveWindows } from "../task/live-windows.ts";
import type { TaskOutput } from "../task/output.ts";
import { Task, type Models } from "../task/task.ts";
import type { CommitWatch } from "./commit-watch.ts";
import { restoreTask, type Recovery } from "./restore.ts";
import { SnapshotPlan, type SnapshotPolicy } from "./snapshot-plan.ts";
import { isEmpty } from "./summary.ts";
import type { TakenSnapshot, TaskAside, TaskLog } from "./task-log.ts";
import { Wake } from "./wake.ts";

/** How often it is looked whether sensors have fallen silent. */
const TICK_MS = 1000;

/** Steps of the clock that changed nothing wait this long for a commit that has more to say. */
const IDLE_COMMIT_MS = 30_000;

/** Models that may be brought back by their files. */
export interface KeptModels extends Models {
  require(): Model;
  /** Makes a version known to `find`, until what it gives is disposed. */
  learn(version: string, file: Uint8Array): Disposable;
}

export interface TaskRunOptions {
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  /** Null switches scoring off. */
  readonly models: KeptModels | null;
  readonly partition: number;
  readonly input: PartitionedLog;
  readonly log: TaskLog;
  /** What is written beside the log; null: nothing. */
  readonly aside: TaskAside | null;
  readonly commit: CommitPolicy;
  readonly snapshots: SnapshotPolicy;
  /** Ends there instead of waiting for more, once that is known. */
  readonly untilOffset?: () => number | undefined;
  /** What ends there is whole: every window closes. */
  readonly isWhole?: boolean;
  /** Makes the state of records again, not of snapshots. */
  readonly rebuild?: boolean;
  /** The clock that gives append times, epoch ms; null: records have none, and silence tells nothing. */
  readonly now: (() => number) | null;
  /** Where the windows of its sensors are to be found. */
  readonly live?: LiveWindows | undefined;
  readonly onOutput: (output: TaskOutput, seconds: number) => void;
  /** Sees outputs, and when they are committed. */
  readonly watch?: CommitWatch | undefined;
  readonly onRestored?: (restored: Recovery) => void;
}

/** A reason to abort with: the task is another's already, and nothing more is to be committed. */
export const LOST = Symbol("lost");

export interface CommitPolicy {
  /** Outputs wait no longer than this. */
  readonly intervalMs: number;
  /** Nor are there more of them than this. */
  readonly bytes: number;
}

/** Folds one partition from where it was committed, until `signal` aborts or its end is reached: then what is in hand is committed, unless it aborts as `LOST`. Throws the first failure; nothing uncommitted has been seen by anyone then. */
export async function runTask(options: TaskRunOptions, signal: AbortSignal): Promise<void> {
  await new TaskRun(options, signal).run();
}

class TaskRun {
  readonly #options: TaskRunOptions;
  readonly #signal: AbortSignal;
  readonly #wake = new Wake();
  readonly #snapshots: SnapshotPlan;
  #task!: Task;
  #reader!: PartitionReader;
  #taken: { readonly records: RecordBatch | null; readonly next: number } | null = null;
  #isTaking = false;
  #failure: { readonly thrown: unknown } | null = null;
  /** Everything below is processed, or is nothing that anybody reads: transaction markers have offsets too. */
  #passed = 0;
  /** What the next commit has beside the outputs, and since when there is more than steps of the clock. */
  #journal: JournalEntry[] = [];
  readonly #models = new Map<string, Uint8Array>();
  /** What the task was restored by, until it goes on by the model in use. */
  readonly #learned = new DisposableStack();
  #dirtySince: number | null = null;
  #committedMs = 0;
  #tickedMs = 0;
  #committing: Promise<void> | null = null;
  #keeping: Promise<void> | null = null;
  /** Shows what is settled, once a commit has told of it. */
  #show: (() => Promise<void>) | null = null;

  constructor(options: TaskRunOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.#snapshots = new SnapshotPlan(options.snapshots);
  }

  async run(): Promise<void> {
    using held = new DisposableStack();
    if (!(await this.#restore(held))) return;
    const stop = () => this.#wake.notify();
    this.#signal.addEventListener("abort", stop);
    held.defer(() => this.#signal.removeEventListener("abort", stop));
    // models of before stand in its state, and may not fit any more
    if (this.#options.rebuild && this.#options.models) this.#give(this.#task.adoptModel(), performance.now());
    while (!this.#signal.aborted && !this.#isAtLimit) {
      this.#check();
      if (this.#taken) await this.#process();
      else this.#take();
      const nowMs = performance.now();
      if (this.#reader.isAtEnd && nowMs - this.#tickedMs >= TICK_MS) this.#tick(nowMs);
      if (this.#dueInMs(nowMs) <= 0 && !this.#committing) this.#commit();
      if (!this.#taken) await this.#wake.wait(Math.min(this.#committing ? Infinity : this.#dueInMs(performance.now()), TICK_MS));
    }
    await this.#committing;
    await this.#keeping;
    if (this.#signal.reason === LOST) return;
    if (this.#options.isWhole && this.#isAtLimit) this.#give(this.#task.end(), performance.now());
    this.#commit({ isLast: true });
    await this.#committing;
    await this.#keeping;
    if (this.#snapshots.isKept) this.#commit();
    await this.#committing;
    this.#check();
  }

  /** Whether it came to its end. */
  async #restore(held: DisposableStack): Promise<boolean> {
    const { kernel, pipeline, models, partition, input, log, aside, rebuild = false, live, onRestored } = this.#options;
    const startedMs = performance.now();
    const kept = await log.open({ rebuild });
    const snapshots = kept?.snapshots ?? [];
    held.use(this.#learned);
    this.#task = held.use(new Task({ kernel, pipeline, models: rebuild && models ? orPresent(models) : models, format: input.formatOf(partition), partition, snapshots, live }));
    for (const [version, file] of kept?.models ?? []) this.#learn(version, file);
    if (kept === null) {
      const start = await input.beginning(partition);
      await log.begin(start);
      await aside?.recover({ settledOffset: start, settledEntry: 0, settledBy: null }, log.fence);
      this.#reader = held.use(input.open(partition, start));
      this.#passed = start;
    } else {
      await aside?.recover(kept, log.fence);
      const restored = await restoreTask(this.#task, kept, input, { partition, aside, rebuild, signal: this.#signal });
      if (restored === null) return false;
      const { reader, left, ...counts } = restored;
      this.#reader = held.use(reader);
      this.#passed = Math.max(kept.nextOffset, left ? 0 : this.#reader.next);
      if (left) this.#taken = { records: left, next: this.#reader.next };
      this.#snapshots.restored(snapshots);
      if (rebuild) this.#snapshots.hurry();
      onRestored?.({ ...counts, nextOffset: kept.nextOffset + counts.unread, seconds: (performance.now() - startedMs) / 1000 });
    }
    this.#committedMs = this.#tickedMs = performance.now();
    return true;
  }

  /** A model of before may read features that the pipeline has no more: a state that is made again goes on without it. */
  #learn(version: string, file: Uint8Array): void {
    const { models, rebuild = false } = this.#options;
    try {
      if (models) this.#learned.use(models.learn(version, file));
    } catch (thrown) {
      if (!rebuild) throw thrown;
    }
  }

  get #isAtLimit(): boolean {
    const untilOffset = this.#options.untilOffset?.();
    return untilOffset !== undefined && this.#passed >= untilOffset;
  }

  #take(): void {
    if (this.#isTaking) return;
    this.#isTaking = true;
    void this.#takeNext();
  }

  async #takeNext(): Promise<void> {
    try {
      const records = await this.#reader.take(this.#signal);
      this.#isTaking = false;
      if (records !== undefined) this.#taken = { records, next: this.#reader.next };
      this.#wake.notify();
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  async #process(): Promise<void> {
    const { records, next } = this.#taken!;
    this.#taken = null;
    if (records !== null) {
      const startedMs = performance.now();
      this.#give(this.#task.process(records), startedMs);
      this.#learned.dispose();
    }
    this.#passed = next;
    this.#dirtySince ??= performance.now();
    this.#take();
    await this.#options.log.room();
    await this.#options.aside?.room();
  }

  /** Silence is told to the task, once nothing is left to be read. */
  #tick(nowMs: number): void {
    this.#tickedMs = nowMs;
    const { now } = this.#options;
    if (now && this.#isTaking && this.#taken === null) this.#give(this.#task.advance(now()), nowMs);
  }

  #give(output: TaskOutput, startedMs: number): void {
    for (const entry of output.journal) {
      this.#journal.push(entry);
      if (entry.kind !== "model") continue;
      this.#models.delete(entry.version); // the one in use stands last
      this.#models.set(entry.version, this.#options.models!.find(entry.version)!.file);
    }
    if (isEmpty(output)) return;
    this.#dirtySince ??= startedMs;
    this.#options.log.write(output);
    this.#options.aside?.write(output);
    this.#options.watch?.write(output);
    this.#options.onOutput(output, (performance.now() - startedMs) / 1000);
  }

  #dueInMs(nowMs: number): number {
    const { intervalMs, bytes } = this.#options.commit;
    if (this.#options.log.pendingBytes >= bytes) return 0;
    if (this.#dirtySince !== null) return this.#dirtySince + intervalMs - nowMs;
    return this.#journal.length > 0 || this.#snapshots.isKept ? this.#committedMs + IDLE_COMMIT_MS - nowMs : Infinity;
  }

  #commit({ isLast = false } = {}): void {
    this.#check(); // what comes after a commit that failed is never committed
    const { log, aside } = this.#options;
    const journal = this.#journal;
    const [nextOffset, nextEntry] = [this.#passed, this.#task.nextEntry];
    const models = new Map(this.#models);
    const snapshot = this.#keeping ? null : this.#snapshots.take(this.#task, nextOffset, { isLast });
    const settled = snapshot && aside?.settle();
    settled?.catch(() => {}); // told when it is kept
    const show = this.#show;
    const tell = this.#options.watch?.cut();
    this.#show = null;
    this.#journal = [];
    this.#models.clear();
    this.#dirtySince = null;
    const work = async () => {
      await log.commit({ nextOffset, nextEntry, journal, models });
      tell?.();
      this.#snapshots.committed();
      this.#committedMs = performance.now();
      await show?.();
      if (snapshot) this.#keeping = this.#watch(this.#keep(snapshot, settled), () => (this.#keeping = null));
    };
    this.#committing = this.#watch(work(), () => (this.#committing = null));
  }

  async #keep(snapshot: TakenSnapshot, settled: Promise<() => Promise<void>> | null | undefined): Promise<void> {
    await this.#options.log.keepSnapshot(snapshot, settled ?? Promise.resolve());
    this.#show = (await settled) ?? null;
    this.#snapshots.kept();
  }

  /** Resolves in any case: a failure is told by the loop. */
  #watch(work: Promise<void>, done: () => void): Promise<void> {
    return work
      .catch((thrown: unknown) => this.#fail(thrown))
      .finally(() => {
        done();
        this.#wake.notify();
      });
  }

  #check(): void {
    if (this.#failure) throw this.#failure.thrown;
  }

  #fail(thrown: unknown): void {
    this.#failure ??= { thrown };
    this.#wake.notify();
  }
}

/** The models of long ago are not kept: where one is wanted to make a state again, the present one stands in for it. */
function orPresent(models: KeptModels): Models {
  return { require: () => models.require(), find: (version) => models.find(version) ?? models.require() };
}
