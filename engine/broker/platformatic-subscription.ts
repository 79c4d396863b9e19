import type { Consumer, ConsumerOptions } from "@platformatic/kafka";
import type { RecordBatch } from "../source/source.ts";
import { Assignment } from "./assignment.ts";
import type { Failures } from "./failures.ts";
import * as patience from "./patience.ts";
import { orAborted, sleep, stayAwayMs, within } from "./patience.ts";
import type { Client, ConnectionSettings } from "./platformatic-connection.ts";
import { type Answer, Fetches } from "./platformatic-fetches.ts";
import { readPartition } from "./platformatic-records.ts";
import type { Beginning, Subscription } from "./broker.ts";
import { startOffset } from "./start-offset.ts";

type Settings = ConnectionSettings & Pick<ConsumerOptions<Buffer, Buffer, Buffer, Buffer>, "clientId" | "bootstrapBrokers" | "retryDelay">;

interface Options {
  readonly topic: string;
  readonly group: string;
  readonly from: Beginning;
}

/** The client keeps the membership; the fetch loop is ours, so nothing is fetched that was not pulled. */
export class PlatformaticSubscription implements Subscription {
  readonly #client: Client;
  readonly #failures: Failures;
  readonly #options: Options;
  readonly #consumer: Consumer;
  readonly #fetches: Fetches;
  readonly #assignment = new Assignment();
  readonly #closing = new AbortController();
  #failure: Error | null = null;
  #failingSince: number | null = null;

  static async join(client: Client, settings: Settings, failures: Failures, options: Options) {
    const subscription = new PlatformaticSubscription(client, settings, failures, options);
    try {
      await subscription.#consumer.joinGroup({});
      await subscription.#settle();
      return subscription;
    } catch (thrown) {
      await subscription[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  private constructor(client: Client, settings: Settings, failures: Failures, options: Options) {
    this.#client = client;
    this.#failures = failures;
    this.#options = options;
    this.#consumer = new client.Consumer({
      ...settings,
      groupId: options.group,
      retries: 5,
      autocommit: false,
      heartbeatInterval: patience.heartbeatMs,
      sessionTimeout: patience.sessionMs,
      rebalanceTimeout: stayAwayMs,
      requestTimeout: stayAwayMs + patience.answerMs,
    });
    this.#consumer.topics.track(options.topic);
    this.#fetches = new Fetches(client, settings, this.#consumer, options.topic);
    this.#consumer.on("consumer:group:join", () => this.#onJoin());
    // The client gives up on the group when it cannot join it again.
    this.#consumer.on("error", (error: Error) => void this.#rejoin(error));
  }

  positions(): ReadonlyMap<number, number> {
    return this.#assignment.reached;
  }

  async *batches(signal: AbortSignal): AsyncGenerator<RecordBatch> {
    const stop = AbortSignal.any([signal, this.#closing.signal]);
    while (!stop.aborted) {
      if (this.#failure !== null) throw this.#failure;
      const answer = await orAborted(within(stayAwayMs, this.#nextAnswer(), () => this.#failures.unreachable()), stop);
      if (answer === undefined) return;
      if (answer === null) {
        await orAborted(sleep(100), stop);
        continue;
      }
      for (const fetched of answer.partitions) {
        const position = this.#assignment.positions.get(fetched.partition);
        // Lost, or fetched before the partition came back from somebody else.
        if (position === undefined || position !== answer.asked.get(fetched.partition)) continue;
        const { records, next } = readPartition(this.#client, this.#options.topic, fetched, position);
        this.#assignment.pass(fetched.partition, next);
        if (records !== null) yield records;
        if (stop.aborted) return;
      }
    }
  }

  async commit(partition: number, nextOffset: number): Promise<void> {
    if (!this.#assignment.mayStore(partition, nextOffset)) return;
    const offset = { topic: this.#options.topic, partition, offset: BigInt(nextOffset), leaderEpoch: -1 };
    await this.#failures.guard("store offsets", async () => {
      try {
        await this.#consumer.commit({ offsets: [offset] });
      } catch (thrown) {
        // The group has moved on without this member: whoever has the partition now reads the records again.
        if (this.#client.findErrorBy(thrown as Error, "needsRejoin", true) === null) throw thrown;
      }
    });
  }

  committed(): Promise<ReadonlyMap<number, number>> {
    return this.#failures.guard("tell stored offsets", () => this.#stored(this.#assignment.held));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    const closed = Promise.allSettled([this.#fetches.close(), this.#consumer.close(true)]);
    await within(patience.answerMs, closed, () => null).catch(() => {});
  }

  #onJoin(): void {
    const held = this.#consumer.assignments?.find(({ topic }) => topic === this.#options.topic);
    this.#assignment.change(this.#consumer.memberId, held?.partitions ?? []);
  }

  async #rejoin(error: Error): Promise<void> {
    const since = performance.now();
    for (let last: unknown = error; !this.#closing.signal.aborted; ) {
      if (performance.now() - since > stayAwayMs) {
        this.#failure = this.#failures.explain(last, `let ${this.#options.group} read ${this.#options.topic}`);
        return;
      }
      try {
        await sleep(patience.heartbeatMs);
        await this.#consumer.joinGroup({});
        return;
      } catch (thrown) {
        last = thrown;
      }
    }
  }

  /** The next answer of any node; null when there was nothing to ask for, or the broker is away for now. */
  async #nextAnswer(): Promise<Answer | null> {
    const started = performance.now();
    try {
      await this.#settle();
      const answer = await this.#fetches.next(this.#assignment);
      this.#failingSince = null;
      return answer;
    } catch (thrown) {
      this.#failingSince ??= started;
      if (performance.now() - this.#failingSince < stayAwayMs) return null;
      throw this.#failures.explain(thrown, `let ${this.#options.group} read ${this.#options.topic}`);
    }
  }

  #settle(): Promise<void> {
    return this.#assignment.settle(async (partitions) => {
      const { topic, from } = this.#options;
      const { EARLIEST, LATEST } = this.#client.ListOffsetTimestamps;
      const [stored, low, high] = await Promise.all([
        this.#stored(partitions),
        this.#consumer.listOffsets({ topics: [topic], timestamp: EARLIEST }),
        this.#consumer.listOffsets({ topics: [topic], timestamp: LATEST }),
      ]);
      // asked for after the end: a record that comes meanwhile lies behind `high`, and is not missed
      const later = typeof from === "string" ? null : await this.#consumer.listOffsets({ topics: [topic], timestamp: BigInt(from.atMs) });
      const bound = (offsets: typeof low, partition: number) => Number(offsets.get(topic)?.[partition] ?? 0n);
      const at = (partition: number) => {
        const offset = later?.get(topic)?.[partition] ?? -1n;
        return offset < 0n ? undefined : Number(offset);
      };
      const starts = partitions.map((partition): [number, number] => {
        const bounds = { stored: stored.get(partition), low: bound(low, partition), high: bound(high, partition), from, at: at(partition) };
        return [partition, startOffset(bounds)];
      });
      return new Map(starts);
    });
  }

  async #stored(partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    if (partitions.length === 0) return new Map();
    const { topic } = this.#options;
    const found = await this.#consumer.listCommittedOffsets({ topics: [{ topic, partitions: [...partitions] }] });
    const offsets = found.get(topic) ?? [];
    return new Map(
      partitions.flatMap((partition): [number, number][] => {
        const offset = offsets[partition] ?? -1n;
        return offset >= 0n ? [[partition, Number(offset)]] : [];
      }),
    );
  }
}
