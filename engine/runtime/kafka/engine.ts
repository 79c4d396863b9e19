import { MangroveError } from "../../../kernel-as/errors.ts";
import type { Kernel } from "../../../kernel-as/host/kernel.ts";
import type { Beginning } from "../../broker/broker.ts";
import type { Compression } from "../../broker/compression.ts";
import { sleep } from "../../broker/patience.ts";
import type { Cluster } from "../../broker/wire/cluster.ts";
import { CodeError, OFFSET_OUT_OF_RANGE } from "../../broker/wire/codes.ts";
import type { OutputProducer } from "../../broker/wire/output-producer.ts";
import { PlainProducer, type Membership } from "../../broker/wire/plain-producer.ts";
import { IndefiniteError, TransactionalProducer } from "../../broker/wire/transactional-producer.ts";
import type { Reach } from "../../broker/wire/unended.ts";
import type { HistoryStore } from "../../history/history-store.ts";
import { TakenOverError } from "../../history/task-history.ts";
import type { Metrics } from "../../monitoring/metrics.ts";
import type { Pipeline } from "../../pipeline/pipeline.ts";
import type { LiveWindows } from "../../task/live-windows.ts";
import type { TaskOutput } from "../../task/output.ts";
import { allAsides } from "../asides.ts";
import { allWatches, type CommitWatch } from "../commit-watch.ts";
import { keepTrying, reasonOf } from "../keep-trying.ts";
import { count, emptySummary, type Summary } from "../summary.ts";
import { restoredText } from "../restore.ts";
import { LOST, runTask, type CommitPolicy, type KeptModels } from "../task-runner.ts";
import type { TaskAside } from "../task-log.ts";
import type { SnapshotPolicy } from "../snapshot-plan.ts";
import { LagWatch } from "./lag-watch.ts";
import { KafkaPartitions } from "./partitions.ts";
import { KafkaTaskLog } from "./task-log.ts";

export interface KafkaEngineOptions {
  readonly cluster: Cluster;
  readonly kernel: Kernel;
  readonly pipeline: Pipeline;
  /** Null switches scoring off. */
  readonly models: KeptModels | null;
  readonly metrics: Metrics;
  /** For one life of a task: who is told of what was committed. */
  readonly watches?: () => readonly CommitWatch[];
  readonly appId: string;
  readonly guarantee: Guarantee;
  readonly from: Beginning;
  readonly compression: Compression;
  /** Null: no history is kept. */
  readonly history: HistoryStore | null;
  /** Where outputs of a task go beside: all that is committed, and more where a process was killed. */
  readonly sinks: readonly (() => TaskAside)[];
  readonly commit: CommitPolicy;
  readonly snapshots: SnapshotPolicy;
  /** Ends with what the topic holds at the start. */
  readonly untilEnd?: boolean;
  readonly rebuild?: boolean;
  readonly now: () => number;
  /** Where the windows of sensors are to be found. */
  readonly live?: LiveWindows | undefined;
  readonly onOutput?: (output: TaskOutput, summary: Summary) => void;
  /** A partition goes on where it was committed, so that `from` does not count. */
  readonly onResumed?: (partition: number) => void;
  /** Something that a person may want to know: a state put back, a failure that is tried again. */
  readonly tell?: (sentence: string) => void;
}

/** A member of a group, as the engine needs it. */
export type Join = (events: {
  onAssigned(partitions: readonly number[]): void;
  onRevoked(partitions: readonly number[], why: "revoked" | "lost"): Promise<void>;
}) => Promise<Member>;

interface Member extends Membership, AsyncDisposable {
  readonly failed: Promise<never>;
}

export const guarantees = ["exactly-once", "at-least-once"] as const;
type Guarantee = (typeof guarantees)[number];

const LONGEST_PAUSE_MS = 5000;

/** Runs the tasks of the partitions that the group gives this member, until `signal` aborts or the end is reached. A group that cannot be reached any more is joined again, without end; throws what cannot be helped by trying again. */
export async function runKafkaEngine(options: KafkaEngineOptions, join: Join, signal: AbortSignal): Promise<Summary> {
  await using tasks = new Tasks(options);
  await tasks.begin();
  const stopped = aborted(signal);
  for (let pauseMs = 100, isFirst = true; !signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS), isFirst = false) {
    const startedMs = performance.now();
    const failure = await beMember(tasks, join, stopped);
    if (failure === null) break;
    if (isFirst && !failure.hadJoined) throw failure.thrown;
    if (MangroveError.from(failure.thrown).code !== "MGV_BROKER") throw failure.thrown;
    if (performance.now() - startedMs > 60_000) pauseMs = 100;
    options.tell?.(`joins its group again, in ${pauseMs / 1000} s: ${reasonOf(failure.thrown)}`);
    await Promise.race([sleep(pauseMs), stopped]);
  }
  return tasks.summary;
}

/** Resolves to null when there is nothing left to do, or to why the group is out of reach. Throws what ends the engine. */
async function beMember(tasks: Tasks, join: Join, stopped: Promise<void>): Promise<{ readonly thrown: unknown; readonly hadJoined: boolean } | null> {
  const joined = await tasks.join(join).catch((thrown: unknown) => ({ thrown }));
  if ("thrown" in joined) return { thrown: joined.thrown, hadJoined: false };
  await using membership = joined;
  try {
    const failed = membership.failed.catch((thrown: unknown) => ({ thrown, hadJoined: true }));
    return (await Promise.race([stopped, tasks.ended, failed])) ?? null;
  } finally {
    await tasks.stop(tasks.partitions);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true })));
}

interface Running {
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

class Tasks implements AsyncDisposable {
  readonly summary = emptySummary();
  readonly #options: KafkaEngineOptions;
  readonly #input: KafkaPartitions;
  readonly #lag: LagWatch;
  readonly #running = new Map<number, Running>();
  readonly #ends = new Map<number, number>();
  readonly #finished = new Set<number>();
  readonly #ended = Promise.withResolvers<void>();
  #membership: Promise<Member> | null = null;

  constructor(options: KafkaEngineOptions) {
    this.#options = options;
    this.#ended.promise.catch(() => {}); // told to who waits for it
    this.#input = new KafkaPartitions(options.cluster, options.kernel, { topic: options.pipeline.readings, from: options.from });
    this.#lag = new LagWatch(this.#input, options.metrics);
  }

  /** Resolves when every task has come to its end; rejects with what ends the engine. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get partitions(): number[] {
    return [...this.#running.keys()];
  }

  async begin(): Promise<void> {
    const { cluster, guarantee, untilEnd } = this.#options;
    if (guarantee === "exactly-once" && !cluster.transacts) throw cluster.failures.noTransactions();
    if (!untilEnd) return;
    const count = await cluster.partitionsOf(this.#input.topic);
    for (let partition = 0; partition < count; partition++) this.#ends.set(partition, (await this.#input.bounds(partition)).high);
  }

  start(partitions: readonly number[]): void {
    if (partitions.length > 0) this.#options.tell?.(`holds ${partitions.length === 1 ? "partition" : "partitions"} ${partitions.join(", ")} now`);
    for (const partition of partitions) {
      if (this.#running.has(partition)) continue;
      const stop = new AbortController();
      const done = this.#keepRunning(partition, stop.signal).catch((thrown: unknown) => this.#ended.reject(thrown));
      this.#running.set(partition, { stop, done });
    }
  }

  /** Partitions may come before the membership is there. */
  join(join: Join): Promise<Member> {
    this.#membership = join({
      onAssigned: (partitions) => this.start(partitions),
      onRevoked: (partitions, why) => this.stop(partitions, why === "lost" ? LOST : undefined),
    });
    return this.#membership;
  }

  /** Drains and commits them, unless they are lost. */
  async stop(partitions: readonly number[], reason?: typeof LOST): Promise<void> {
    const stopping = partitions.flatMap((partition) => this.#running.get(partition) ?? []);
    for (const { stop } of stopping) stop.abort(reason);
    await Promise.all(stopping.map(({ done }) => done));
    for (const partition of partitions) this.#running.delete(partition);
  }

  async #keepRunning(partition: number, signal: AbortSignal): Promise<void> {
    const { cluster, tell } = this.#options;
    const persistence = {
      passes: (thrown: unknown) => passes(thrown, cluster),
      onFailure: (thrown: unknown, pauseMs: number) => tell?.(`partition ${partition} begins again from what was committed, in ${pauseMs / 1000} s: ${reasonOf(thrown)}`),
    };
    try {
      await keepTrying(() => this.#run(partition, signal), persistence, signal);
    } catch (thrown) {
      throw thrown instanceof CodeError ? cluster.failures.explain(thrown, `keep partition ${partition} of ${this.#input.topic}`) : MangroveError.from(thrown);
    }
    if (signal.aborted) return;
    this.#finished.add(partition);
    if (this.partitions.every((each) => this.#finished.has(each))) this.#ended.resolve();
  }

  async #run(partition: number, signal: AbortSignal): Promise<void> {
    const { kernel, pipeline, models, metrics, history, sinks, commit, snapshots, rebuild = false, now, live, onOutput, tell } = this.#options;
    await using log = new KafkaTaskLog({ ...this.#options, partition, producer: (transactionalId, reach) => this.#producer(transactionalId, reach) });
    await runTask(
      {
        kernel,
        pipeline,
        models,
        partition,
        input: this.#input,
        log,
        aside: allAsides([...(history ? [history.of(pipeline, { partition, isFenced: this.#options.guarantee === "exactly-once" })] : []), ...sinks.map((open) => open())]),
        commit,
        snapshots,
        rebuild,
        now,
        live,
        untilOffset: () => this.#ends.get(partition),
        onOutput: (output, seconds) => {
          count(this.summary, metrics, output, seconds);
          onOutput?.(output, this.summary);
        },
        watch: allWatches(this.#options.watches?.() ?? []),
        onRestored: (restored) => {
          this.#options.onResumed?.(partition);
          tell?.(restoredText(partition, restored));
        },
      },
      signal,
    );
  }

  async #producer(transactionalId: string, reach: Reach): Promise<OutputProducer> {
    const { cluster, guarantee, tell } = this.#options;
    if (guarantee === "exactly-once") return TransactionalProducer.open(cluster, transactionalId, { reach, ...(tell && { tell }) });
    const membership = await this.#membership!;
    return new PlainProducer(cluster, () => membership);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop(this.partitions);
    this.#lag[Symbol.dispose]();
    await this.#input[Symbol.asyncDispose]();
  }
}

/** Rights, sizes and versions do not mend themselves. */
const hopeless = new Set([10, 12, 17, 18, 29, 30, 31, 35, 44, 53, 87]);

/** A disk that is full may have room again, and a topic be given the partitions that it lacks. */
const mended = new Set<string>(["MGV_HISTORY", "MGV_FILE_WRITE", "MGV_BROKER_TOPIC"]);

/** Records were deleted before they were read. Whether it is the same topic still is seen when the task begins again. */
function isOutOfRange({ cause }: MangroveError): boolean {
  return cause instanceof CodeError && cause.protocolCode === OFFSET_OUT_OF_RANGE;
}

/** Whether the task may well go on where it was committed. */
function passes(thrown: unknown, cluster: Cluster): boolean {
  if (thrown instanceof CodeError) return !hopeless.has(thrown.protocolCode);
  if (thrown instanceof MangroveError) return mended.has(thrown.code) || isOutOfRange(thrown);
  return thrown instanceof IndefiniteError || thrown instanceof TakenOverError || cluster.isUnreachable(thrown);
}
