import type * as Kafkajs from "kafkajs";
import type { Admin, CompressionTypes, ICustomPartitioner, Kafka, KafkaConfig, KafkaJSDeleteGroupsError, KafkaJSProtocolError, Message, Producer } from "kafkajs";
import type { Beginning, Broker, BrokerOptions, ProducedRecord, StoredOffset, Subscription } from "./broker.ts";
import { Failures } from "./failures.ts";
import { registerCodecs } from "./kafkajs-codecs.ts";
import { topicBounds } from "./kafkajs-bounds.ts";
import { KafkajsSubscription } from "./kafkajs-subscription.ts";
import { KnownTopics } from "./known-topics.ts";
import { answerMs, connectMs } from "./patience.ts";
import { type EncodedRecord, ProduceQueue } from "./produce-queue.ts";
import { tlsOptions } from "./security.ts";
import { inOrder } from "./stored-offsets.ts";

type Client = typeof Kafkajs.default;

/** A {@link Broker} through `kafkajs`. */
export async function connectKafkajs(options: BrokerOptions): Promise<Broker> {
  const { default: client } = await import("kafkajs");
  registerCodecs(client);
  const broker = new KafkajsBroker(client, options);
  try {
    await broker.topics();
    return broker;
  } catch (thrown) {
    void broker[Symbol.asyncDispose](); // waits for whatever is still being tried
    throw thrown;
  }
}

class KafkajsBroker implements Broker {
  readonly client = "kafkajs";
  readonly #client: Client;
  readonly #options: BrokerOptions;
  readonly #compression: CompressionTypes;
  readonly #failures: Failures;
  readonly #admin: Admin;
  readonly #topics: KnownTopics;
  readonly #queue = new ProduceQueue((records) => this.#send(records));
  #connected: Promise<void> | null = null;
  #producer: Producer | null = null;

  constructor(client: Client, options: BrokerOptions) {
    this.#client = client;
    this.#options = options;
    this.#compression = client.CompressionTypes[typeNames[options.compression ?? "none"]];
    this.#failures = new Failures(options, {
      isUnreachable,
      isDenial: ({ name }) => name === "KafkaJSSASLAuthenticationError",
    });
    this.#admin = this.#kafka(3).admin();
    this.#topics = new KnownTopics(() => this.topics(), this.#failures);
  }

  async topics(): Promise<readonly string[]> {
    const list = async () => {
      this.#connected ??= this.#admin.connect();
      await this.#connected;
      return this.#admin.listTopics();
    };
    const names = await this.#failures.guard("list its topics", list, answerMs);
    return names.filter((name) => !internalTopics.has(name)).sort();
  }

  async ensureTopics(names: readonly string[], { partitions = this.#options.topicPartitions ?? 1, settings = {} }: { partitions?: number; settings?: Readonly<Record<string, string>> } = {}): Promise<void> {
    const missing = await this.#topics.missing(names);
    if (missing.length === 0) return;
    // So that a record's timestamp is the time the broker appended it.
    const configEntries = Object.entries({ "message.timestamp.type": "LogAppendTime", ...settings }).map(([name, value]) => ({ name, value }));
    const topics = missing.map((topic) => ({ topic, numPartitions: partitions, configEntries }));
    try {
      await this.#admin.createTopics({ topics, waitForLeaders: true });
    } catch (thrown) {
      await this.#topics.appear(missing, thrown);
    }
  }

  async settingsOf(topic: string): Promise<ReadonlyMap<string, string | null> | null> {
    await this.#topics.require([topic]);
    return this.#failures.guard(`tell the settings of ${topic}`, async () => {
      try {
        const { resources } = await this.#admin.describeConfigs({ includeSynonyms: false, resources: [{ type: this.#client.ConfigResourceTypes.TOPIC, name: topic }] });
        return new Map(resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]));
      } catch (thrown) {
        if ((thrown as Partial<KafkaJSProtocolError>).code === topicAuthorizationFailed) return null;
        throw thrown;
      }
    });
  }

  async endOffsets(topic: string): Promise<ReadonlyMap<number, number>> {
    await this.#topics.require([topic]);
    const found = await this.#failures.guard(`tell the end of ${topic}`, () => topicBounds(this.#admin, topic));
    return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]));
  }

  async produce(records: readonly ProducedRecord[]): Promise<void> {
    await this.#topics.require(records.map(({ topic }) => topic));
    await this.#failures.guard("take records", () => this.#queue.add(records));
  }

  async subscribe(options: { topic: string; group: string; from: Beginning }): Promise<Subscription> {
    await this.#topics.require([options.topic]);
    // A client of its own: members of one group that share a client share its memory of stored offsets.
    return this.#failures.guard(`let ${options.group} read ${options.topic}`, () =>
      KafkajsSubscription.join(this.#kafka(8), this.#admin, this.#failures, options),
    );
  }

  async storedOffsets(group: string): Promise<readonly StoredOffset[]> {
    const found = await this.#failures.guard("tell stored offsets", () => this.#admin.fetchOffsets({ groupId: group }));
    return inOrder(found.flatMap(({ topic, partitions }) => partitions.map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) }))));
  }

  forgetGroup(group: string): Promise<void> {
    return this.#failures.guard(`forget the group ${group}`, async () => {
      try {
        await this.#admin.deleteGroups([group]);
      } catch (thrown) {
        // by its shape: the class is no named import of this CommonJS module
        const refused = (thrown as Partial<KafkaJSDeleteGroupsError>).groups?.[0]?.errorCode;
        if (refused === nonEmptyGroup) throw this.#failures.inUse(group, thrown);
        if (refused !== groupIdNotFound) throw thrown;
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue.idle();
    await Promise.allSettled([this.#producer?.disconnect(), this.#admin.disconnect()]);
  }

  #kafka(retries: number): Kafka {
    return new this.#client.Kafka({
      clientId: this.#options.clientId ?? "mangrove",
      brokers: [...this.#options.servers],
      ...credentials(this.#options.security),
      connectionTimeout: connectMs,
      requestTimeout: 2 * answerMs,
      logLevel: this.#client.logLevel.NOTHING,
      retry: { retries, initialRetryTime: 100, maxRetryTime: 2_000, factor: 0.2, multiplier: 2 },
    });
  }

  async #send(records: readonly EncodedRecord[]): Promise<void> {
    this.#producer ??= await this.#startProducer();
    try {
      const topicMessages = [...new Set(records.map(({ topic }) => topic))].map((topic) => ({
        topic,
        messages: records.filter((record) => record.topic === topic).map(({ key, value }): Message => ({ key, value })),
      }));
      await this.#producer.sendBatch({ acks: -1, compression: this.#compression, topicMessages });
    } catch (thrown) {
      // Nobody knows what was appended, so the next records need a producer id and sequence numbers of their own.
      void this.#producer.disconnect().catch(() => {});
      this.#producer = null;
      throw thrown;
    }
  }

  async #startProducer(): Promise<Producer> {
    const createPartitioner = lastingPartitioner(this.#client.Partitioners.DefaultPartitioner);
    const producer = this.#kafka(15).producer({ idempotent: true, allowAutoTopicCreation: false, createPartitioner });
    await producer.connect();
    return producer;
  }
}

const typeNames = { none: "None", gzip: "GZIP", snappy: "Snappy", lz4: "LZ4", zstd: "ZSTD" } as const;

function credentials(security: BrokerOptions["security"]): Pick<KafkaConfig, "ssl" | "sasl"> {
  const { tls, sasl } = security ?? { tls: null, sasl: null };
  return {
    ...(tls && { ssl: tlsOptions(tls) }),
    ...(sasl && {
      sasl: {
        mechanism: sasl.mechanism.toLowerCase() as "plain", // the others take the same
        username: sasl.username,
        password: sasl.password(),
      },
    }),
  };
}

/** Kafka's codes for what this client may not know, for a group that has members, and for one that does not exist. */
const topicAuthorizationFailed = 29;
const nonEmptyGroup = 68;
const groupIdNotFound = 69;

const internalTopics = new Set(["__consumer_offsets", "__transaction_state", "__share_group_state"]);

/** A retry asks for the partition of a record again; without a key it must not move, or it is appended twice. */
function lastingPartitioner(base: ICustomPartitioner): ICustomPartitioner {
  return () => {
    const choose = base();
    const chosen = new WeakMap<Message, number>();
    return (args) => {
      const partition = chosen.get(args.message) ?? choose(args);
      chosen.set(args.message, partition);
      return partition;
    };
  };
}

const unreachableNames = /^KafkaJS(Connection|ConnectionClosed|BrokerNotFound|NoBrokerAvailable|RequestTimeout)(Error)?$/;

function isUnreachable(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  return unreachableNames.test(thrown.name) || isUnreachable(thrown.cause);
}
