import { isIP } from "node:net";
import type { ConnectionOptions } from "@platformatic/kafka";
import type { BrokerOptions } from "./broker.ts";
import { connectMs } from "./patience.ts";
import { tlsOptions } from "./security.ts";

/** How every connection to a broker is made. */
export type ConnectionSettings = Pick<ConnectionOptions, "connectTimeout" | "tls" | "tlsServerName" | "sasl">;

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
