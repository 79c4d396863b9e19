import type { Connection, ConnectionPool } from "@platformatic/kafka";
import { MangroveError } from "../../../kernel-as/errors.ts";
import type { BrokerOptions } from "../broker.ts";
import type { Failures } from "../failures.ts";
import { sleep, stayAwayMs } from "../patience.ts";
import { connectionSettings, failuresOf, loadClient, type Client } from "../platformatic-connection.ts";
import { check, CodeError, CONCURRENT_TRANSACTIONS, COORDINATOR_NOT_AVAILABLE, TOPIC_AUTHORIZATION_FAILED, UNSTABLE_OFFSET_COMMIT } from "./codes.ts";
import { messages, type Messages } from "./messages.ts";
import type { Node, TopicMetadata } from "./cluster-messages.ts";

type Call<Args extends unknown[], Answer> = { async(connection: Connection, ...args: Args): Promise<Answer> };

/** Kafka moves epochs of producers by itself from this level of the feature `transaction.version` on, and this version of EndTxn. */
const SELF_JOINING = { transactionVersion: 2, endTxn: 5 };

/** Numbers of requests: Kafka's protocol guide. */
const INIT_PRODUCER_ID = 22;
const ADD_PARTITIONS_TO_TXN = 24;
const ADD_OFFSETS_TO_TXN = 25;
const END_TXN = 26;
const TXN_OFFSET_COMMIT = 28;
const DESCRIBE_PRODUCERS = 61;
const DESCRIBE_TRANSACTIONS = 65;

/** Where a request goes: to the connection of all, to that of fetches, which wait at the broker, or over a lane of its own. */
export type Way = "requests" | "fetches" | number;

/** Settings of a broker by which it can make no coordinator where it is alone: of groups, and of transactional ids. */
const replication = { 0: "offsets.topic.replication.factor", 1: "transaction.state.log.replication.factor" } as const;

/** A process with more tasks than this has several of them on a lane. */
const LANES = 16;

/** The nodes of a cluster, and who leads what. A broker does one request of a connection after the other: who is not to wait for the others takes another way. */
export class Cluster implements AsyncDisposable {
  readonly client: Client;
  readonly messages: Messages;
  readonly failures: Failures;
  readonly #seeds: readonly { host: string; port: number }[];
  readonly #newPool: () => ConnectionPool;
  readonly #pools = new Map<Way, ConnectionPool>();
  readonly #topics = new Map<string, TopicMetadata>();
  readonly #nodes = new Map<number, Node>();
  readonly #coordinators = new Map<string, Node>();
  #transacts = false;
  #joins = false;
  #describes = false;
  #losses = 0;

  /** Throws `MGV_BROKER` when no seed answers. */
  static async connect(options: BrokerOptions): Promise<Cluster> {
    const client = await loadClient();
    const failures = failuresOf(client, options);
    const cluster = new Cluster(client, options, failures);
    try {
      const { highest, transactionVersion } = await cluster.#any(cluster.messages.apiVersions);
      cluster.#joins = (highest.get(END_TXN) ?? 0) >= SELF_JOINING.endTxn && transactionVersion >= SELF_JOINING.transactionVersion;
      const joining = cluster.#joins ? [] : [ADD_PARTITIONS_TO_TXN, ADD_OFFSETS_TO_TXN];
      cluster.#transacts = [INIT_PRODUCER_ID, END_TXN, TXN_OFFSET_COMMIT, ...joining].every((request) => highest.has(request));
      cluster.#describes = highest.has(DESCRIBE_PRODUCERS) && highest.has(DESCRIBE_TRANSACTIONS);
      return cluster;
    } catch (thrown) {
      await cluster[Symbol.asyncDispose]();
      throw failures.explain(thrown, "tell its versions");
    }
  }

  private constructor(client: Client, options: BrokerOptions, failures: Failures) {
    this.client = client;
    this.messages = messages(client);
    this.failures = failures;
    this.#seeds = options.servers.map((server) => {
      const at = server.lastIndexOf(":");
      return { host: server.slice(0, at).replace(/^\[(.*)\]$/, "$1"), port: Number(server.slice(at + 1)) };
    });
    this.#newPool = () => new client.ConnectionPool(options.clientId ?? "mangrove", connectionSettings(options));
  }

  /** The broker knows the requests of transactions. */
  get transacts(): boolean {
    return this.#transacts;
  }

  /** Batches join their transaction by themselves, and each transaction has an epoch of its own (KIP-890). */
  get joins(): boolean {
    return this.#joins;
  }

  /** Transactions can be asked for, and what producers have open: since Kafka 3.0. */
  get describes(): boolean {
    return this.#describes;
  }

  /** How often a connection was lost: a broker that is there now may have been away. */
  get losses(): number {
    return this.#losses;
  }

  async partitionsOf(topic: string): Promise<number> {
    return (await this.#topic(topic)).leaders.length;
  }

  async replicasOf(topic: string): Promise<number> {
    return (await this.#topic(topic)).replicas;
  }

  /** By the names that they tell their clients, which need not be those that were given. */
  async nodes(): Promise<readonly Node[]> {
    return (await this.#any(this.messages.metadata, [])).nodes;
  }

  /** The settings of a topic as the broker has them; null where this client may not know them. */
  async settingsOf(topic: string): Promise<ReadonlyMap<string, string | null> | null> {
    const { code, settings } = await this.#any(this.messages.describeTopic, topic);
    if (code === TOPIC_AUTHORIZATION_FAILED) return null;
    check(`the settings of ${topic}`, code);
    return settings;
  }

  async leader(topic: string, partition: number): Promise<Node> {
    const node = this.#nodes.get((await this.#topic(topic)).leaders[partition] ?? -1);
    if (node) return node;
    this.#topics.delete(topic);
    throw new CodeError(`partition ${partition} of ${topic} has no leader`, 5);
  }

  /** Of a group (0) or a transactional id (1). */
  async coordinator(kind: 0 | 1, key: string): Promise<Node> {
    const known = this.#coordinators.get(`${kind}/${key}`);
    if (known) return known;
    const { code, node } = await this.#any(this.messages.findCoordinator, kind, key);
    if (code === COORDINATOR_NOT_AVAILABLE) throw new CodeError(`the coordinator of ${key} (where it stays away: ${replication[kind]} of the brokers may be more than there are brokers)`, code);
    check(`the coordinator of ${key}`, code);
    this.#coordinators.set(`${kind}/${key}`, node);
    return node;
  }

  async call<Args extends unknown[], Answer>(node: { host: string; port: number }, way: Way, message: Call<Args, Answer>, ...args: Args): Promise<Answer> {
    const connection = await this.#pool(typeof way === "number" ? way % LANES : way).get({ host: node.host, port: node.port });
    return message.async(connection, ...args);
  }

  #pool(way: Way): ConnectionPool {
    const there = this.#pools.get(way);
    if (there) return there;
    const pool = this.#newPool();
    if (way !== "fetches") pool.on("disconnect", () => this.#losses++);
    this.#pools.set(way, pool);
    return pool;
  }

  /** What is known about leaders and coordinators may be stale. */
  forget(): void {
    this.#topics.clear();
    this.#coordinators.clear();
  }

  isUnreachable(thrown: unknown): boolean {
    return this.failures.isUnreachable(thrown);
  }

  /** Does it until it succeeds, with growing pauses, while what goes wrong may pass and the broker has not been away for too long. */
  async persist<Result>(work: () => Promise<Result>): Promise<Result> {
    const since = performance.now();
    for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 2, 1000)) {
      try {
        return await work();
      } catch (thrown) {
        const passes = thrown instanceof CodeError ? thrown.verdict === "passing" : this.isUnreachable(thrown);
        if (!passes || performance.now() - since > stayAwayMs) throw thrown;
        // a transaction that ends, or an offset that becomes stable, moves nobody
        if (!(thrown instanceof CodeError && (thrown.protocolCode === CONCURRENT_TRANSACTIONS || thrown.protocolCode === UNSTABLE_OFFSET_COMMIT))) this.forget();
        await sleep(pauseMs);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#pools.values()].map((pool) => pool.close()));
  }

  async #topic(name: string): Promise<TopicMetadata> {
    const known = this.#topics.get(name);
    if (known) return known;
    const { nodes, topics } = await this.#any(this.messages.metadata, [name]);
    for (const node of nodes) this.#nodes.set(node.id, node);
    const topic = topics.find((each) => each.name === name);
    check(`the topic ${name}`, topic?.code ?? 3);
    this.#topics.set(name, topic!);
    return topic!;
  }

  /** Asks the known nodes and the seeds one after another. */
  async #any<Args extends unknown[], Answer>(message: Call<Args, Answer>, ...args: Args): Promise<Answer> {
    let last: unknown;
    for (const node of [...this.#nodes.values(), ...this.#seeds]) {
      try {
        return await this.call(node, "requests", message, ...args);
      } catch (thrown) {
        last = thrown;
        if (!this.isUnreachable(thrown)) break;
      }
    }
    throw last ?? new MangroveError("MGV_BROKER", "No Kafka broker is named.");
  }
}
