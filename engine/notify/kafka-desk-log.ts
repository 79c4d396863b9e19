import type { Broker } from "../broker/broker.ts";
import { readDeskEntry, type DeskEntry, type DeskLog } from "./desk-entry.ts";
import type { followTail } from "./kafka-tail.ts";

/** A month is longer than anybody asks for an alert. */
const settings = { "retention.ms": "2592000000" };

interface Options {
  /** Reaches the cluster. Throws `MGV_BROKER`. */
  readonly connect: () => Promise<Broker>;
  /** Of one partition; made where there is none. */
  readonly topic: string;
  /** Follows the topic from its beginning. */
  readonly follow: (give: Parameters<typeof followTail>[0]["give"], signal: AbortSignal) => Promise<void>;
}

/** What every process of an application is told of alerts. */
export class KafkaDeskLog implements DeskLog {
  readonly #options: Options;
  readonly #closing = new AbortController();
  #broker: Promise<Broker> | null = null;
  #following: Promise<void> = Promise.resolve();

  constructor(options: Options) {
    this.#options = options;
  }

  async append(entry: DeskEntry): Promise<void> {
    const connecting = (this.#broker ??= this.#connect());
    connecting.catch(() => (this.#broker = null));
    await (await connecting).produce([{ topic: this.#options.topic, key: entry.key, value: JSON.stringify(entry) }]);
  }

  async follow(give: (entry: DeskEntry) => void): Promise<void> {
    await (this.#broker ??= this.#connect());
    this.#following = this.#options.follow(({ text }) => {
      const entry = readDeskEntry(text);
      if (entry) give(entry);
    }, this.#closing.signal);
  }

  async #connect(): Promise<Broker> {
    const broker = await this.#options.connect();
    try {
      await broker.ensureTopics([this.#options.topic], { partitions: 1, settings });
      return broker;
    } catch (thrown) {
      await broker[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#following;
    await (await this.#broker?.catch(() => null))?.[Symbol.asyncDispose]();
  }
}
