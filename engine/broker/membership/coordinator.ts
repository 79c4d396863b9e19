import type { Connection, ConnectionPool } from "@platformatic/kafka";
import type { BrokerOptions } from "../broker.ts";
import { answerMs, within } from "../patience.ts";
import { type Client, type ConnectionSettings, connectionSettings } from "../platformatic-connection.ts";

/** Kafka's number for coordinators of groups, as against those of transactions. */
const groupKey = 0;

/** The connection to the broker that coordinates a group. Requests on it are answered in their order. */
export class Coordinator {
  readonly #client: Client;
  readonly #options: BrokerOptions;
  readonly #group: string;
  readonly #settings: ConnectionSettings;
  #pool: ConnectionPool | null = null;
  #connection: Promise<Connection> | null = null;

  constructor(client: Client, options: BrokerOptions, group: string) {
    this.#client = client;
    this.#options = options;
    this.#group = group;
    this.#settings = connectionSettings(options);
  }

  /** Finds and reaches the coordinator first where that has not been done. No answer within `waitMs` is an error of the network. */
  async ask<T>(request: (connection: Connection) => Promise<T>, waitMs = answerMs): Promise<T> {
    const connection = await (this.#connection ??= this.#connect());
    return within(waitMs, request(connection), () => new this.#client.TimeoutError(`No answer within ${waitMs / 1000} s.`));
  }

  /** The next request looks for the coordinator anew; those that wait for an answer fail. */
  forget(): void {
    void this.#pool?.close().catch(() => {});
    this.#pool = null;
    this.#connection = null;
  }

  async #connect(): Promise<Connection> {
    const { servers, clientId = "mangrove" } = this.#options;
    const pool = new this.#client.ConnectionPool(clientId, { ...this.#settings, requestTimeout: 600_000 });
    this.#pool = pool;
    const any = await pool.getFirstAvailable(servers.map((server) => this.#client.parseBroker(server)));
    const asked = this.#client.findCoordinatorV4.api.async(any, groupKey, [this.#group]);
    const { coordinators } = await within(answerMs, asked, () => new this.#client.TimeoutError("No answer to who coordinates the group."));
    const { host, port } = coordinators[0]!;
    return pool.get({ host, port });
  }
}
