import { MangroveError } from "../../kernel-as/errors.ts";
import type { BrokerOptions } from "./broker.ts";
import { sessionMs, within } from "./patience.ts";

/** What the errors of a client mean. */
interface Meaning {
  /** Nobody answered, as against an answer that is an error. */
  readonly isUnreachable: (thrown: unknown) => boolean;
  /** The broker did not let the user in; asked of every error that another one wraps. */
  readonly isDenial: (error: Error) => boolean;
}

/** In the words of OpenSSL (Node), BoringSSL (Bun) and rustls (Deno); an alert comes from the other side. */
const clientRefused = /alert.*certificate/i;
const untrusted = /certificate|self[- ]signed|altname|UnknownIssuer/i;

/** Says what went wrong with a cluster, in sentences that name the servers asked. */
export class Failures {
  readonly #servers: string;
  readonly #security: BrokerOptions["security"];
  readonly #meaning: Meaning;

  constructor({ servers, security }: BrokerOptions, meaning: Meaning) {
    this.#servers = servers.join(", ");
    this.#security = security;
    this.#meaning = meaning;
  }

  isUnreachable(thrown: unknown): boolean {
    return this.#meaning.isUnreachable(thrown);
  }

  isDenied(thrown: unknown): boolean {
    if (!(thrown instanceof Error)) return false;
    const wrapped: unknown[] = thrown instanceof AggregateError ? [thrown.cause, ...(thrown.errors as unknown[])] : [thrown.cause];
    return this.#meaning.isDenial(thrown) || wrapped.some((inner) => this.isDenied(inner));
  }

  unreachable(cause?: unknown): MangroveError {
    const tls = this.#security?.tls;
    const certificate = tls && !tls.client ? ", or set KAFKA_SSL_CERT and KAFKA_SSL_KEY if it wants a client certificate" : "";
    return new MangroveError(
      "MGV_BROKER",
      `No Kafka broker answers at ${this.#servers}. Start one (docker compose up kafka), or check KAFKA_BOOTSTRAP_SERVERS and KAFKA_SECURITY_PROTOCOL${certificate}.`,
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

  noTransactions(): MangroveError {
    return new MangroveError(
      "MGV_BROKER",
      `The Kafka broker at ${this.#servers} has no transactions, which exactly once needs. Use one that has, or --guarantee at-least-once: nothing is lost, and some results may come twice.`,
    );
  }

  noCoordinator(group: string, cause: unknown): MangroveError {
    return new MangroveError(
      "MGV_BROKER",
      `The Kafka broker at ${this.#servers} has no coordinator for the group ${group}. A broker that is alone needs offsets.topic.replication.factor, transaction.state.log.replication.factor and transaction.state.log.min.isr of 1; with several, ` +
        "see that enough of them run.",
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
    const refusal = this.#refusal(thrown);
    if (refusal !== null) return new MangroveError("MGV_BROKER", refusal, { cause: thrown });
    if (this.isUnreachable(thrown)) return this.unreachable(thrown);
    return new MangroveError(
      "MGV_BROKER",
      `The Kafka broker at ${this.#servers} refused to ${doing}: ${reason(thrown)} ` +
        "Check the broker's log and the rights of this client.",
      { cause: thrown },
    );
  }

  /** Why there is no connection although somebody listens; null when that is not the matter. */
  #refusal(thrown: unknown): string | null {
    const { tls, sasl } = this.#security ?? { tls: null, sasl: null };
    if (sasl && this.isDenied(thrown)) {
      return (
        `The Kafka broker at ${this.#servers} did not let the user ${sasl.username} in by ${sasl.mechanism}: ${reason(thrown)} ` +
        "Check KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD and KAFKA_SASL_MECHANISM."
      );
    }
    if (!tls || !this.isUnreachable(thrown)) return null;
    if (clientRefused.test(reason(thrown))) {
      return (
        `The Kafka broker at ${this.#servers} did not take the certificate of this client: ${reason(thrown)} ` +
        "Set KAFKA_SSL_CERT and KAFKA_SSL_KEY to one that it trusts."
      );
    }
    if (untrusted.test(reason(thrown))) {
      return (
        `The certificate of the Kafka broker at ${this.#servers} is not trusted: ${reason(thrown)} ` +
        "Set KAFKA_SSL_CA to the PEM file of the authority that signed it."
      );
    }
    return null;
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
