import type { Admin, Producer } from "@platformatic/kafka";
import type { Beginning, Broker, BrokerOptions, ProducedRecord, StoredOffset, Subscription } from "./broker.ts";
import type { Compression } from "./compression.ts";
import type { Failures } from "./failures.ts";
import { KnownTopics } from "./known-topics.ts";
import { answerMs, sleep } from "./patience.ts";
import { type Client, connectionSettings, failuresOf, loadClient } from "./platformatic-connection.ts";
import { PlatformaticSubscription } from "./platformatic-subscription.ts";
import { type EncodedRecord, ProduceQueue } from "./produce-queue.ts";
import { inOrder } from "./stored-offsets.ts";

/** A {@link Broker} through `@platformatic/kafka`. */
export async function connectPlatformatic(options: BrokerOptions): Promise<Broker> {
  const broker = new PlatformaticBroker(await loadClient(), options);
  try {
    await broker.topics();
    return broker;
  } catch (thrown) {
    void broker[Symbol.asyncDispose](); // waits for whatever is still being tried
    throw thrown;
  }
}

class PlatformaticBroker implements Broker {
  readonly client = "platformatic";
  readonly #client: Client;
  readonly #settings;
  readonly #compression: Compression;
  readonly #topicPartitions: number;
  readonly #failures: Failures;
  readonly #admin: Admin;
  readonly #topics: KnownTopics;
  readonly #queue = new ProduceQueue((records) => this.#send(records));
  #producer: Producer | null = null;
  #keyless = 0;

  constructor(client: Client, options: BrokerOptions) {
    const { servers, clientId = "mangrove", compression = "none", topicPartitions = 1 } = options;
    this.#client = client;
    this.#compression = compression;
    this.#topicPartitions = topicPartitions;
    this.#failures = failuresOf(client, options);
    this.#settings = {
      clientId,
      bootstrapBrokers: [...servers],
      ...connectionSettings(options),
      // The client tries again also where it was not let in.
      retryDelay: (_client: object, _operation: string, attempt: number, _retries: number, error: Error) =>
        this.#failures.isDenied(error) ? 0 : Math.min(100 * 2 ** attempt, 2_000),
    };
    this.#admin = new client.Admin({ ...this.#settings, retries: 3 });
    this.#topics = new KnownTopics(() => this.topics(), this.#failures);
  }

  topics(): Promise<readonly string[]> {
    return this.#failures.guard("list its topics", () => this.#admin.listTopics({ includeInternals: false }), answerMs);
  }

  async ensureTopics(names: readonly string[], { partitions = this.#topicPartitions, settings = {} }: { partitions?: number; settings?: Readonly<Record<string, string>> } = {}): Promise<void> {
    const missing = await this.#topics.missing(names);
    if (missing.length === 0) return;
    try {
      // So that a record's timestamp is the time the broker appended it.
      const configs = Object.entries({ "message.timestamp.type": "LogAppendTime", ...settings }).map(([name, value]) => ({ name, value }));
      await this.#admin.createTopics({ topics: missing, partitions, configs });
    } catch (thrown) {
      await this.#topics.appear(missing, thrown);
    }
    await this.#failures.guard("create topics", () => this.#untilLed(missing), answerMs);
  }

  async settingsOf(topic: string): Promise<ReadonlyMap<string, string | null> | null> {
    await this.#topics.require([topic]);
    return this.#failures.guard(`tell the settings of ${topic}`, async () => {
      try {
        const [found] = await this.#admin.describeConfigs({ resources: [{ resourceType: this.#client.ConfigResourceTypes.TOPIC, resourceName: topic }] });
        return new Map(found!.configs.map(({ name, value }) => [name, value ?? null]));
      } catch (thrown) {
        if (this.#client.findErrorBy(thrown as Error, "apiId", "TOPIC_AUTHORIZATION_FAILED") !== null) return null;
        throw thrown;
      }
    });
  }

  async endOffsets(topic: string): Promise<ReadonlyMap<number, number>> {
    await this.#topics.require([topic]);
    return this.#failures.guard(`tell the end of ${topic}`, async () => {
      const { topics } = await this.#admin.metadata({ topics: [topic], forceUpdate: true });
      const partitions = topics.get(topic)!.partitions.map((_, partitionIndex) => ({
        partitionIndex,
        timestamp: this.#client.ListOffsetTimestamps.LATEST,
      }));
      const isolationLevel = this.#client.FetchIsolationLevels.READ_COMMITTED;
      const [found] = await this.#admin.listOffsets({ topics: [{ name: topic, partitions }], isolationLevel });
      return new Map(found!.partitions.map(({ partitionIndex, offset }) => [partitionIndex, Number(offset)]));
    });
  }

  async produce(records: readonly ProducedRecord[]): Promise<void> {
    await this.#topics.require(records.map(({ topic }) => topic));
    await this.#failures.guard("take records", () => this.#queue.add(records));
  }

  async subscribe(options: { topic: string; group: string; from: Beginning }): Promise<Subscription> {
    await this.#topics.require([options.topic]);
    return this.#failures.guard(`let ${options.group} read ${options.topic}`, () =>
      PlatformaticSubscription.join(this.#client, this.#settings, this.#failures, options),
    );
  }

  async storedOffsets(group: string): Promise<readonly StoredOffset[]> {
    const [found] = await this.#failures.guard("tell stored offsets", () => this.#admin.listConsumerGroupOffsets({ groups: [group] }));
    return inOrder(
      (found?.topics ?? []).flatMap(({ name: topic, partitions }) =>
        partitions.map(({ partitionIndex: partition, committedOffset }) => ({ topic, partition, offset: Number(committedOffset) })),
      ),
    );
  }

  forgetGroup(group: string): Promise<void> {
    return this.#failures.guard(`forget the group ${group}`, async () => {
      try {
        await this.#admin.deleteGroups({ groups: [group] });
      } catch (thrown) {
        const refused = (apiId: string) => this.#client.findErrorBy(thrown as Error, "apiId", apiId) !== null;
        if (refused("NON_EMPTY_GROUP")) throw this.#failures.inUse(group, thrown);
        if (!refused("GROUP_ID_NOT_FOUND")) throw thrown;
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue.idle();
    await Promise.allSettled([this.#producer?.close(), this.#admin.close()]);
  }

  /** A new topic exists at the controller before its leader and the other brokers know of it. */
  async #untilLed(topics: string[]): Promise<void> {
    for (;;) {
      try {
        const found = await this.#admin.metadata({ topics: [...topics], forceUpdate: true, retries: 0 });
        const partitions = [...found.topics.values()].flatMap((topic) => topic.partitions);
        if (partitions.every(({ leader }) => leader >= 0)) return;
      } catch (thrown) {
        if (this.#failures.isUnreachable(thrown)) throw thrown;
      }
      await sleep(50);
    }
  }

  async #send(records: readonly EncodedRecord[]): Promise<void> {
    const { Producer, ProduceAcks, compatibilityPartitioner } = this.#client;
    this.#producer ??= new Producer({
      ...this.#settings,
      retries: 15,
      idempotent: true,
      repeatOnStaleMetadata: true,
      compression: this.#compression,
    });
    await this.#producer.send({
      acks: ProduceAcks.ALL,
      messages: records.map(({ topic, key, value }) => (key === null ? { topic, value } : { topic, key, value })),
      // The client's own default takes the hash as unsigned, which is not Java's choice unless partitions are a power of 2.
      partitioner: (message, key) => (key ? compatibilityPartitioner(message, key) : this.#keyless++),
    });
  }
}
