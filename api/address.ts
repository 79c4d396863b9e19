import { isIP } from "node:net";

/** Where a service listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where a client on this machine finds it: at loopback, where the host means all interfaces. */
export function urlOf({ host, port }: Address): string {
  const reachable = host === "0.0.0.0" || host === "::" || host === "" ? "127.0.0.1" : host;
  return `http://${isIP(reachable) === 6 ? `[${reachable}]` : reachable}:${port}`;
}
