import { MangroveError } from "../../kernel-as/errors.ts";
import type { Kernel } from "../../kernel-as/host/kernel.ts";
import { mustTake } from "../../kernel-as/options.ts";
import type { ModelStore } from "../model/model-store.ts";
import type { Metrics } from "../monitoring/metrics.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { Sink } from "../sink/sink.ts";
import { sleep, type Sleep } from "../source/pace.ts";
import type { Source } from "../source/source.ts";
import type { LiveWindows } from "../task/live-windows.ts";
import type { TaskOutput } from "../task/output.ts";
import { Task } from "../task/task.ts";
import { allWatches, type CommitWatch } from "./commit-watch.ts";
import { count, emptySummary, isEmpty, type Summary } from "./summary.ts";

/** Outputs are made durable and offsets stored at least this often. */
const COMMIT_INTERVAL_MS = 60_000;

/** How often it is looked whether sensors have fallen silent. */
const TICK_MS = 1000;

export interface EngineOptions {
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  readonly source: Source;
  readonly sinks: readonly Sink[];
  /** Null switches scoring off. */
  readonly models: ModelStore | null;
  readonly metrics: Metrics;
  /** Who is told of what the sinks were given. */
  readonly watches?: readonly CommitWatch[];
  /** Aborting drains: the batch in hand is finished, written and committed. */
  readonly signal: AbortSignal;
  readonly commitIntervalMs?: number;
  readonly sleep?: Sleep;
  /** Where the windows of sensors are to be found. */
  readonly live?: LiveWindows;
  readonly onOutput?: (output: TaskOutput, summary: Summary) => void;
}

const words = ["kernel", "pipeline", "source", "sinks", "models", "metrics", "watches", "signal", "commitIntervalMs", "sleep", "live", "onOutput"] satisfies (keyof EngineOptions)[];

/**
 * Reads the source to its end, or until the signal aborts. At least once: offsets are stored after all sinks have
 * flushed what came before them. A failing sink or source ends the run; what was not committed will be read again.
 */
export async function runEngine(options: EngineOptions): Promise<Summary> {
  mustTake("An engine", options, words);
  const { kernel, pipeline, source, sinks, models, metrics, signal } = options;
  if (models === undefined) throw new MangroveError("MGV_ARGUMENT", "An engine needs models: a ModelStore, or null where nothing is to be scored.");
  const { commitIntervalMs = COMMIT_INTERVAL_MS, sleep: wait = sleep } = options;
  const summary = emptySummary();
  const watch = allWatches(options.watches ?? []);
  const tasks = new Map<number, Task>();
  /** What follows the last record that was processed; and of those offsets the ones that are not yet committed. */
  const seen = new Map<number, number>();
  const uncommitted = new Map<number, number>();

  let committedMs = performance.now();
  const commit = async () => {
    await Promise.all(sinks.map((sink) => sink.flush()));
    for (const [partition, nextOffset] of uncommitted) await source.commit(partition, nextOffset);
    uncommitted.clear();
    committedMs = performance.now();
  };
  const ended = new AbortController();
  const running = AbortSignal.any([signal, ended.signal]);
  const nextCommit = () => wait(commitIntervalMs, running).then(() => "commit" as const);
  const nextTick = () => wait(TICK_MS, running).then(() => "tick" as const);
  const give = async (output: TaskOutput, startedMs: number) => {
    if (isEmpty(output)) return;
    count(summary, metrics, output, (performance.now() - startedMs) / 1000);
    for (const sink of sinks) await sink.write(output);
    watch.write(output);
    watch.cut()();
    options.onOutput?.(output, summary);
  };
  /** Silence is told to every task, once nothing is left to be read. */
  const tick = async () => {
    const nowMs = source.caughtUpMs?.() ?? null;
    if (nowMs !== null) for (const task of tasks.values()) await give(task.advance(nowMs), performance.now());
  };

  const batches = source.read(running)[Symbol.asyncIterator]();
  try {
    let due = nextCommit();
    let silent = nextTick();
    let next = batches.next();
    for (;;) {
      const event = await (signal.aborted ? next : Promise.race([next, due, silent]));
      if (event === "commit") {
        await commit();
        due = nextCommit();
        continue;
      }
      if (event === "tick") {
        await tick();
        silent = nextTick();
        continue;
      }
      if (event.done) break;
      const { format, records } = event.value;
      next = batches.next();
      next.catch(() => {}); // told when it is awaited
      const { partition } = records;
      let task = tasks.get(partition);
      if (task && records.offsets[0]! < seen.get(partition)!) {
        // the partition was away and is read again from its stored offset: what its windows hold would come twice
        task[Symbol.dispose]();
        task = undefined;
      }
      if (!task) tasks.set(partition, (task = new Task({ kernel, pipeline, models, format, live: options.live })));
      const startedMs = performance.now();
      await give(task.process(records), startedMs);
      seen.set(partition, records.offsets.at(-1)! + 1);
      uncommitted.set(partition, records.offsets.at(-1)! + 1);
      // a source that is never silent would always win the race against the timer
      if (performance.now() - committedMs >= commitIntervalMs) await commit();
    }
    if (source.isWhole && !signal.aborted) for (const task of tasks.values()) await give(task.end(), performance.now());
    await commit();
    return summary;
  } finally {
    ended.abort();
    await batches.return?.();
    for (const task of tasks.values()) task[Symbol.dispose]();
  }
}
