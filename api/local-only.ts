import type { Context } from "hono";
import type { ApiEnv } from "./options.ts";
import type { Refusal } from "./problem.ts";

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/;
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/** Headers by which proxies tell that they speak for others. Programs of this machine send none of them. */
const OF_PROXIES = /^(via|forwarded|x-forwarded(-.+)?|x-real-ip|x-client-ip|x-cluster-client-ip|x-original-.+|x-envoy-.+|x-amzn-trace-id|true-client-ip|fastly-client-ip|cf-.+|cdn-loop)$/;

/** Whether nobody but this machine reaches what listens on the host. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host) || isLoopbackHost(host);
}

/** Whether a request's Host names this machine to itself. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK_HOST.test(host);
}

/** Whether pages of the origin are those of the service that a request's Host names. */
export function isOwnOrigin(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

/**
 * Why a request that changes something is refused; null where it comes from this machine, by nobody's order but that of its user. A proxy speaks for others, a page of another origin for its author, and a name that is not
 * this machine's may be one that a page has pointed here. A proxy that tells nothing of itself looks like a program of this machine.
 */
export function notLocal(c: Context<ApiEnv>): Refusal | null {
  const header = (name: string) => c.req.header(name);
  const host = header("host") ?? "";
  const origin = header("origin");
  const isOwn = origin === undefined || isOwnOrigin(origin, host);
  const isForwarded = Object.keys(c.req.header()).some((name) => OF_PROXIES.test(name));
  if (LOOPBACK.test(c.env?.remoteAddress ?? "") && isLoopbackHost(host) && isOwn && !isForwarded) return null;
  return { code: "MGV_FORBIDDEN", detail: `${c.req.method} ${c.req.path} changes what serves: it is answered on the machine itself only, at http://127.0.0.1, without a proxy; elsewhere, and behind any proxy or tunnel, it needs an API key of role admin (mangrove keys add --role admin).` };
}
