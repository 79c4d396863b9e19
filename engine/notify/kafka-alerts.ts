import type { Broker, Subscription } from "../broker/broker.ts";
import { orAborted } from "../broker/patience.ts";
import { sleep } from "../source/pace.ts";
import type { RecordBatch } from "../source/source.ts";
import type { AlertLog, AlertReader, LoggedAlert } from "./alert-log.ts";
import { Handover } from "./handover.ts";
import { Settled } from "./settled.ts";
import { readAlert, type ToldAlert } from "./told-alert.ts";

const PAUSE_MS = 5000;

interface Options {
  /** Reaches the cluster. Throws `MGV_BROKER`. */
  readonly connect: () => Promise<Broker>;
  readonly appId: string;
  /** Topics of alerts. */
  readonly topics: readonly string[];
  /** Reads the newest alerts, without a group. */
  readonly newest: () => AlertReader;
  /** Epoch ms. */
  readonly now: () => number;
  /** A failure that is tried again. */
  readonly onFailure: (thrown: unknown) => void;
}

/** The group that a route reads as: its offsets are how far it has come. */
function notifierGroup(appId: string, route: string): string {
  return `${appId}-notifier-${route}`;
}

/** The committed alerts on Kafka. Each route is a group, so that of several processes one tells of an alert. */
export class KafkaAlerts implements AlertLog {
  readonly promise = "from Kafka: what is committed is told at least once, also after a crash";
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  async follow(route: string): Promise<AlertReader> {
    const reader = new GroupReader(this.#options, notifierGroup(this.#options.appId, route));
    await reader.begin();
    return reader;
  }

  tail(): Promise<AlertReader> {
    return Promise.resolve(this.#options.newest());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

/** A member for each topic. Offsets are stored as alerts are settled. */
class GroupReader implements AlertReader {
  readonly #options: Options;
  readonly #group: string;
  readonly #handover = new Handover<LoggedAlert>();
  readonly #settle = new WeakMap<LoggedAlert, () => void>();
  readonly #closing = new AbortController();
  readonly #joined = new Map<string, Joined>();
  readonly #storing = new Set<Promise<void>>();
  #reading: readonly Promise<void>[] = [];

  constructor(options: Options, group: string) {
    this.#options = options;
    this.#group = group;
  }

  get isAtEnd(): boolean {
    return this.#handover.isEmpty;
  }

  /** As far as the partitions are this member's; a topic that it has to join again is passed over. */
  async comeToEnd(signal: AbortSignal): Promise<void> {
    const come = async (topic: string, { broker, subscription }: Joined) => {
      const ends = await orAborted(broker.endOffsets(topic), signal);
      const isThere = () => [...subscription.positions()].every(([partition, next]) => next >= (ends?.get(partition) ?? 0));
      while (!signal.aborted && this.#joined.has(topic) && !isThere()) await sleep(50, signal);
    };
    await Promise.all(Array.from(this.#joined, ([topic, joined]) => come(topic, joined)));
  }

  /** Joins, and stores where the route begins. Throws `MGV_BROKER`. */
  async begin(): Promise<void> {
    const first = await Promise.all(this.#options.topics.map((topic) => this.#join(topic)));
    this.#reading = this.#options.topics.map((topic, i) => this.#read(topic, first[i]!));
  }

  next(signal: AbortSignal): Promise<LoggedAlert | undefined> {
    return this.#handover.take(signal);
  }

  settle(logged: LoggedAlert): void {
    this.#settle.get(logged)?.();
  }

  async #join(topic: string): Promise<Joined> {
    const broker = await this.#options.connect();
    try {
      const subscription = await broker.subscribe({ topic, group: this.#group, from: "latest" });
      const committed = await subscription.committed();
      // else alerts that come before the first one is settled would be passed over by the next process
      for (const [partition, next] of subscription.positions()) if (!committed.has(partition)) await subscription.commit(partition, next);
      return { broker, subscription };
    } catch (thrown) {
      await broker[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  /** Joins again after a failure, until it is closed. */
  async #read(topic: string, first: Joined): Promise<void> {
    const { signal } = this.#closing;
    for (let joined: Joined | null = first; !signal.aborted; joined = null) {
      try {
        const { broker, subscription } = joined ?? (await this.#join(topic));
        await using held = new AsyncDisposableStack();
        held.use(broker);
        held.use(subscription);
        this.#joined.set(topic, { broker, subscription });
        held.defer(() => void this.#joined.delete(topic));
        const marks = new Map<number, Settled>();
        for await (const batch of subscription.batches(signal)) await this.#hand(batch, subscription, marks);
        await Promise.allSettled(this.#storing);
      } catch (thrown) {
        if (signal.aborted) return;
        this.#options.onFailure(thrown);
        await sleep(PAUSE_MS, signal);
      }
    }
  }

  async #hand(batch: RecordBatch, subscription: Subscription, marks: Map<number, Settled>): Promise<void> {
    const { partition, count, values, bounds, offsets, appendTimesMs } = batch;
    const text = new TextDecoder();
    // what follows waits, and the batch may be gone by then
    const read = Array.from({ length: count }, (_, i) => ({ next: offsets[i]! + 1, appendedMs: appendTimesMs[i]!, alert: readAlert(text.decode(values.subarray(bounds[i], bounds[i + 1]))) }));
    const settled = marks.get(partition) ?? new Settled();
    marks.set(partition, settled);
    const readMs = this.#options.now();
    for (const { next, appendedMs, alert } of read) {
      const loggedMs = Number.isNaN(appendedMs) ? readMs : appendedMs;
      const take = settled.take(next);
      const settle = () => {
        const mark = take();
        if (mark !== null) this.#store(subscription, partition, mark);
      };
      if (alert === null) settle();
      else await this.#give({ alert, loggedMs }, settle);
    }
  }

  async #give(logged: { readonly alert: ToldAlert; readonly loggedMs: number }, settle: () => void): Promise<void> {
    this.#settle.set(logged, settle);
    await this.#handover.give(logged, this.#closing.signal);
  }

  /** What cannot be stored is told again later. */
  #store(subscription: Subscription, partition: number, mark: number): void {
    const storing = subscription.commit(partition, mark).catch((thrown: unknown) => this.#options.onFailure(thrown));
    this.#storing.add(storing);
    void storing.finally(() => this.#storing.delete(storing));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#reading);
  }
}

interface Joined {
  readonly broker: Broker;
  readonly subscription: Subscription;
}
