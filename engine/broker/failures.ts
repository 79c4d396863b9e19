import { MangroveError } from "../../kernel-as/errors.ts";
import { sessionMs, within } from "./patience.ts";

/** Says what went wrong with a cluster, in sentences that name the servers asked. */
export class Failures {
  readonly #servers: string;
  /** Nobody answered, as against an answer that is an error. */
  readonly isUnreachable: (thrown: unknown) => boolean;

  constructor(servers: readonly string[], isUnreachable: (thrown: unknown) => boolean) {
    this.#servers = servers.join(", ");
    this.isUnreachable = isUnreachable;
  }

  unreachable(cause?: unknown): MangroveError {
    return new MangroveError(
      "MGV_BROKER",
      `No Kafka broker answers at ${this.#servers}. Start one (docker compose up kafka), or check KAFKA_BOOTSTRAP_SERVERS.`,
      { cause },
    );
  }

  noTopic(topic: string): MangroveError {
    return new MangroveError(
      "MGV_BROKER_TOPIC",
      `The Kafka broker at ${this.#servers} has no topic "${topic}". Create it, or check its name.`,
    );
  }

  notCreated(topics: readonly string[], cause: unknown): MangroveError {
    if (cause instanceof MangroveError || this.isUnreachable(cause)) return this.explain(cause, "create topics");
    return new MangroveError(
      "MGV_BROKER_TOPIC",
      `The Kafka broker at ${this.#servers} did not create ${topics.join(", ")}: ${reason(cause)} ` +
        "Check the names and the rights of this client, or create them yourself.",
      { cause },
    );
  }

  inUse(group: string, cause: unknown): MangroveError {
    return new MangroveError(
      "MGV_BROKER",
      `The Kafka broker at ${this.#servers} does not forget the group ${group} while it has members: stop its engine first, every one of them ` +
        `(one that crashed counts for ${sessionMs / 1000} s), then try again.`,
      { cause },
    );
  }

  /** Whatever was caught while trying to `doing`, as a `MangroveError`. */
  explain(thrown: unknown, doing: string): MangroveError {
    if (thrown instanceof MangroveError) return thrown;
    if (this.isUnreachable(thrown)) return this.unreachable(thrown);
    return new MangroveError(
      "MGV_BROKER",
      `The Kafka broker at ${this.#servers} refused to ${doing}: ${reason(thrown)} ` +
        "Check the broker's log and the rights of this client.",
      { cause: thrown },
    );
  }

  /** Runs `work`; what it throws comes out explained, and no answer within `ms` as unreachable. */
  async guard<T>(doing: string, work: () => Promise<T>, ms?: number): Promise<T> {
    try {
      return await (ms === undefined ? work() : within(ms, work(), () => this.unreachable()));
    } catch (thrown) {
      throw this.explain(thrown, doing);
    }
  }
}

/** The innermost message, as a sentence: clients wrap what the broker said. */
function reason(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `${String(thrown)}.`;
  const inner = thrown instanceof AggregateError && thrown.errors.length > 0 ? thrown.errors.at(-1) : thrown.cause;
  return inner instanceof Error ? reason(inner) : thrown.message.replace(/\.?\s*$/, ".");
}
