import type { Admin, Batch, Consumer, EachBatchPayload, IHeaders, Kafka } from "kafkajs";
import type { RecordHeaders } from "../../kernel-as/host/record-headers.ts";
import { RecordBatchBuilder } from "../source/record-batch.ts";
import type { RecordBatch } from "../source/source.ts";
import { Assignment } from "./assignment.ts";
import type { Failures } from "./failures.ts";
import { Handoff } from "./handoff.ts";
import { offsetsAt, topicBounds } from "./kafkajs-bounds.ts";
import * as patience from "./patience.ts";
import { sleep, stayAwayMs, within } from "./patience.ts";
import type { Beginning, Subscription } from "./broker.ts";
import { startOffset } from "./start-offset.ts";

interface Options {
  readonly topic: string;
  readonly group: string;
  readonly from: Beginning;
}

/** The client pushes; each batch waits here, with the heartbeat kept up, until it is pulled. */
export class KafkajsSubscription implements Subscription {
  readonly #admin: Admin;
  readonly #failures: Failures;
  readonly #options: Options;
  readonly #consumer: Consumer;
  readonly #assignment = new Assignment();
  readonly #handoff = new Handoff<{ readonly records: RecordBatch; readonly next: number }>(({ records, next }) =>
    this.#assignment.pass(records.partition, next),
  );
  readonly #closing = new AbortController();
  /** Between noticing that the group is to be joined again and having joined it. */
  #outside = false;
  #failingSince: number | null = null;
  #settled: Promise<void> = Promise.resolve();

  static async join(kafka: Kafka, admin: Admin, failures: Failures, options: Options) {
    const subscription = new KafkajsSubscription(kafka, admin, failures, options);
    try {
      await subscription.#start();
      return subscription;
    } catch (thrown) {
      await subscription[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  private constructor(kafka: Kafka, admin: Admin, failures: Failures, options: Options) {
    this.#admin = admin;
    this.#failures = failures;
    this.#options = options;
    this.#consumer = kafka.consumer({
      groupId: options.group,
      allowAutoTopicCreation: false,
      heartbeatInterval: patience.heartbeatMs,
      sessionTimeout: patience.sessionMs,
      rebalanceTimeout: stayAwayMs,
      maxWaitTimeInMs: patience.fetchWaitMs,
      maxBytes: patience.fetchBytes,
      maxBytesPerPartition: patience.fetchPartitionBytes,
      retry: { restartOnFailure: async () => this.#isPatient() },
    });
  }

  positions(): ReadonlyMap<number, number> {
    return this.#assignment.reached;
  }

  async *batches(signal: AbortSignal): AsyncGenerator<RecordBatch> {
    const stop = AbortSignal.any([signal, this.#closing.signal]);
    for (;;) {
      const taken = await this.#handoff.take(stop);
      if (taken === undefined) return;
      yield taken.records;
    }
  }

  async commit(partition: number, nextOffset: number): Promise<void> {
    const { member } = this.#assignment;
    const offset = { topic: this.#options.topic, partition, offset: String(nextOffset) };
    const since = performance.now();
    // During a rebalance the broker takes no offsets: they are stored afterwards, if the partition is still held.
    while (this.#assignment.mayStore(partition, nextOffset) && this.#assignment.member === member) {
      try {
        return await this.#consumer.commitOffsets([offset]);
      } catch (thrown) {
        const passing = this.#outside || isOutsideGroup(thrown) || this.#failures.isUnreachable(thrown);
        if (!passing || performance.now() - since > stayAwayMs) throw this.#failures.explain(thrown, "store offsets");
        await sleep(100);
      }
    }
  }

  committed(): Promise<ReadonlyMap<number, number>> {
    return this.#failures.guard("tell stored offsets", () => this.#stored(this.#assignment.held));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#handoff.withdraw();
    await within(patience.answerMs, this.#consumer.disconnect(), () => null).catch(() => {});
  }

  async #start(): Promise<void> {
    const { topic, from } = this.#options;
    const { GROUP_JOIN, START_BATCH_PROCESS, FETCH, STOP, CRASH } = this.#consumer.events;
    const joined = new Promise<void>((resolve, reject) => {
      this.#consumer.on(GROUP_JOIN, ({ payload }) => {
        this.#onJoin(payload.memberId, payload.memberAssignment[topic] ?? []);
        resolve();
      });
      this.#consumer.on(CRASH, ({ payload: { error, restart } }) => {
        if (restart) return;
        this.#handoff.fail(this.#failures.explain(error, `let ${this.#options.group} read ${topic}`));
        reject(error);
      });
    });
    joined.catch(() => {});
    this.#consumer.on(STOP, () => void (this.#outside = true));
    this.#consumer.on(FETCH, () => (this.#failingSince = null));
    this.#consumer.on(START_BATCH_PROCESS, ({ payload }) => {
      // Only transaction markers or aborted records: the client steps over them without a call of eachBatch.
      if (payload.batchSize === 0) this.#assignment.pass(payload.partition, Number(payload.lastOffset) + 1);
    });
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topic, fromBeginning: from === "earliest" });
    const eachBatch = (payload: EachBatchPayload) => this.#eachBatch(payload);
    await this.#consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch });
    await joined;
    await this.#settled;
  }

  #onJoin(member: string, partitions: readonly number[]): void {
    this.#outside = false;
    this.#handoff.withdraw();
    this.#assignment.change(member, partitions);
    this.#settled = this.#settle().catch((thrown) =>
      this.#handoff.fail(this.#failures.explain(thrown, "tell stored offsets")),
    );
  }

  /** After a rebalance the client would start at the stored offsets, also where this member had read on. */
  async #settle(): Promise<void> {
    const { version } = this.#assignment;
    await this.#assignment.settle((partitions) => this.#starts(partitions));
    if (version !== this.#assignment.version || this.#closing.signal.aborted) return;
    for (const [partition, next] of this.#assignment.positions)
      this.#consumer.seek({ topic: this.#options.topic, partition, offset: String(next) });
  }

  async #eachBatch({ batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload): Promise<void> {
    await this.#settled;
    const { version } = this.#assignment;
    const wanted = () =>
      isRunning() && !isStale() && !this.#outside && !this.#closing.signal.aborted && version === this.#assignment.version;
    if (!wanted()) return;
    const offered = { records: columns(batch), next: Number(batch.lastOffset()) + 1 };
    while (!(await this.#handoff.offer(offered, patience.heartbeatMs))) {
      if (!wanted()) return;
      try {
        await heartbeat();
      } catch (thrown) {
        this.#outside = true;
        throw thrown;
      }
      if (!wanted()) return;
    }
    resolveOffset(batch.lastOffset());
  }

  #isPatient(): boolean {
    this.#failingSince ??= performance.now();
    return !this.#closing.signal.aborted && performance.now() - this.#failingSince < stayAwayMs;
  }

  async #starts(partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const { topic, from } = this.#options;
    const [stored, bounds, at] = await Promise.all([
      this.#stored(partitions),
      topicBounds(this.#admin, topic),
      typeof from === "string" ? new Map<number, number>() : offsetsAt(this.#admin, topic, from.atMs),
    ]);
    return new Map(
      bounds.map(({ partition, low, high }) => [
        partition,
        startOffset({ stored: stored.get(partition), low: Number(low), high: Number(high), from, at: at.get(partition) }),
      ]),
    );
  }

  async #stored(partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const { group: groupId, topic } = this.#options;
    const [found] = await this.#admin.fetchOffsets({ groupId, topics: [topic] });
    const stored = (found?.partitions ?? []).filter(
      ({ partition, offset }) => partitions.includes(partition) && Number(offset) >= 0,
    );
    return new Map(stored.map(({ partition, offset }) => [partition, Number(offset)]));
  }
}

function columns(batch: Batch): RecordBatch {
  const builder = new RecordBatchBuilder(batch.topic, batch.partition);
  for (const { offset, timestamp, key, value, headers } of batch.messages)
    builder.add(Number(offset), Number(timestamp), key ?? null, value ?? nothing, headersOf(headers));
  return builder.take();
}

/** By name: the client does not keep the order of headers with different names. */
function headersOf(headers: IHeaders = {}): RecordHeaders {
  return Object.entries(headers).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).map((value) => [name, typeof value === "string" ? Buffer.from(value) : (value ?? null)] as const),
  );
}

const nothing = new Uint8Array(0);
const outsideGroup = new Set(["REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID"]);

/** The broker's answer to a member that the group has moved on without. */
function isOutsideGroup(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  return outsideGroup.has((thrown as Error & { type?: string }).type ?? "") || isOutsideGroup(thrown.cause);
}
