import { join } from "node:path";
import { MangroveError } from "../../../kernel-as/errors.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import type { HistoryStore } from "../../history/history-store.ts";
import { TakenOverError } from "../../history/task-history.ts";
import type { Metrics } from "../../monitoring/metrics.ts";
import type { Pipeline } from "../../pipeline/pipeline.ts";
import type { Source } from "../../source/source.ts";
import type { LiveWindows } from "../../task/live-windows.ts";
import type { TaskOutput } from "../../task/output.ts";
import { allWatches, type CommitWatch } from "../commit-watch.ts";
import { keepTrying, reasonOf } from "../keep-trying.ts";
import type { SnapshotPolicy } from "../snapshot-plan.ts";
import { count, emptySummary, type Summary } from "../summary.ts";
import { restoredText } from "../restore.ts";
import { runTask, type CommitPolicy, type KeptModels } from "../task-runner.ts";
import type { OutputsWatch } from "./outputs-watch.ts";
import { pump } from "./pump.ts";
import { POSTED, SOURCE, type LocalState } from "./state.ts";
import { LocalTaskLog, type LocalTaskLogOptions } from "./task-log.ts";

export interface LocalEngineOptions {
  readonly state: LocalState;
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  /** Null switches scoring off. */
  readonly models: KeptModels | null;
  readonly metrics: Metrics;
  /** For one life of a task: who is told of what was committed. */
  readonly watches?: () => readonly CommitWatch[];
  /** Gives what the log does not hold yet; null: readings are posted alone. */
  readonly source: Source | null;
  /** Readings are posted meanwhile: they are waited for when the source has ended, unless `untilEnd`. */
  readonly isFed: boolean;
  readonly untilEnd: boolean;
  /** Null: no history is kept. */
  readonly history: HistoryStore | null;
  readonly outputs: LocalTaskLogOptions["outputs"];
  /** Who follows the output files; null: nobody. */
  readonly outputsWatch?: OutputsWatch | null;
  readonly commit: CommitPolicy;
  readonly snapshots: SnapshotPolicy;
  readonly rebuild?: boolean;
  /** Epoch ms: gives append times. */
  readonly now: () => number;
  /** Where the windows of sensors are to be found. */
  readonly live?: LiveWindows | undefined;
  readonly onOutput?: (output: TaskOutput, summary: Summary) => void;
  /** Something that a person may want to know: a state put back, a failure that is tried again. */
  readonly tell?: (sentence: string) => void;
}

/** A disk that is full may have room again. */
const passing = new Set<string>(["MGV_FILE_WRITE", "MGV_HISTORY"]);

/** Runs the tasks of a state, exactly once, until its source has ended, or `signal` aborts: then what is in hand is committed. Throws what cannot be helped by trying again. */
export async function runLocalEngine(options: LocalEngineOptions, signal: AbortSignal): Promise<Summary> {
  const summary = emptySummary();
  const failed = new AbortController();
  const running = AbortSignal.any([signal, failed.signal]);
  const tasks = options.source ? [SOURCE, POSTED] : [POSTED];
  const work = [give(options, running), ...tasks.map((partition) => keepRunning(partition, options, summary, running))];
  try {
    await Promise.all(work);
    return summary;
  } finally {
    failed.abort();
    await Promise.allSettled(work);
  }
}

/** Ends with the source, and says where the tasks may end. */
async function give({ state, source, isFed, untilEnd, tell }: LocalEngineOptions, signal: AbortSignal): Promise<void> {
  const partitions = state.log.partitions;
  if (!isFed) partitions[POSTED]!.seal();
  if (source === null) return;
  await pump(source, partitions[SOURCE]!, (thrown, pauseMs) => tell?.(`what the source gave is written again in ${pauseMs / 1000} s: ${reasonOf(thrown)}`), signal);
  if (signal.aborted) return;
  partitions[SOURCE]!.seal();
  if (untilEnd) partitions[POSTED]!.seal();
  else if (isFed) tell?.("its source has ended; readings that are posted are waited for");
}

async function keepRunning(partition: number, options: LocalEngineOptions, summary: Summary, signal: AbortSignal): Promise<void> {
  const persistence = {
    passes: (thrown: unknown) => thrown instanceof MangroveError && passing.has(thrown.code),
    onFailure: (thrown: unknown, pauseMs: number) => options.tell?.(`partition ${partition} begins again from what was committed, in ${pauseMs / 1000} s: ${reasonOf(thrown)}`),
  };
  try {
    await keepTrying(() => run(partition, options, summary, signal), persistence, signal);
  } catch (thrown) {
    if (!(thrown instanceof TakenOverError)) throw thrown;
    throw new MangroveError("MGV_HISTORY", `Another engine writes partition ${partition} of ${options.pipeline.readings} into the history ${options.history?.directory}: choose another folder with --history.`, { cause: thrown });
  }
}

async function run(partition: number, options: LocalEngineOptions, summary: Summary, signal: AbortSignal): Promise<void> {
  const { state, kernel, pipeline, models, metrics, history, outputs, commit, snapshots, rebuild = false, now, live, onOutput, tell } = options;
  const input = state.log.partitions[partition]!;
  const directory = join(state.directory, "tasks", String(partition));
  await using log = new LocalTaskLog({ kernel, pipeline, partition, directory, outputs, end: input.bounds.high, onSettled: (settledOffset) => input.release(settledOffset), outputsWatch: options.outputsWatch ?? null });
  await runTask(
    {
      kernel,
      pipeline,
      models,
      partition,
      input: state.log,
      log,
      aside: history?.of(pipeline, { partition, isFenced: true }) ?? null,
      commit,
      snapshots,
      rebuild,
      untilOffset: () => input.sealedAt,
      isWhole: partition === SOURCE,
      now: input.isTimed ? now : null,
      live,
      onOutput: (output, seconds) => {
        count(summary, metrics, output, seconds);
        onOutput?.(output, summary);
      },
      watch: allWatches(options.watches?.() ?? []),
      onRestored: (restored) => tell?.(restoredText(partition, restored)),
    },
    signal,
  );
}
