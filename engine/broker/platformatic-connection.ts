import { isIP } from "node:net";
import type * as Platformatic from "@platformatic/kafka";
import type { ConnectionOptions } from "@platformatic/kafka";
import { MangroveError } from "../../kernel-as/errors.ts";
import type { BrokerOptions } from "./broker.ts";
import { Failures } from "./failures.ts";
import { connectMs } from "./patience.ts";
import { tlsOptions } from "./security.ts";

export type Client = typeof Platformatic;

/** How every connection to a broker is made. */
export type ConnectionSettings = Pick<ConnectionOptions, "connectTimeout" | "tls" | "tlsServerName" | "sasl">;

const tooOld = "The Kafka client platformatic needs Node 22.22 or later. Use a newer Node, Bun or Deno, or set MANGROVE_KAFKA_CLIENT=kafkajs.";

/** Throws `MGV_BROKER` where the runtime is too old for it. */
export async function loadClient(): Promise<Client> {
  if (!("withResolvers" in Promise)) throw new MangroveError("MGV_BROKER", tooOld);
  return import("@platformatic/kafka");
}

export function connectionSettings({ servers, security }: BrokerOptions): ConnectionSettings {
  const { tls, sasl } = security ?? { tls: null, sasl: null };
  // Proxies choose the broker by the name that TLS was asked for, and an address is not allowed to be one.
  const areNamed = servers.every((server) => isIP(server.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1")) === 0);
  return {
    connectTimeout: connectMs,
    ...(tls && { tls: tlsOptions(tls), tlsServerName: areNamed }),
    ...(sasl && { sasl: { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password } }),
  };
}

/** The words for what this client throws. */
export function failuresOf({ findErrorBy }: Client, options: BrokerOptions): Failures {
  return new Failures(options, {
    isUnreachable: (thrown) => thrown instanceof Error && findErrorBy(thrown, "code", "PLT_KFK_NETWORK") !== null,
    isDenial: (error) => "code" in error && error.code === "PLT_KFK_AUTHENTICATION",
  });
}
