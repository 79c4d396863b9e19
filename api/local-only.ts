import type { Context } from "hono";
import type { ApiEnv } from "./options.ts";
import type { Refusal } from "./problem.ts";

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/;
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/** Whether nobody but this machine reaches what listens on the host. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host) || LOOPBACK_HOST.test(host);
}

/**
 * Why a request that changes something is refused; null where it comes from this machine, by nobody's order but that of its user. A proxy speaks for others, a page of another origin for its author, and a name that is not
 * this machine's may be one that a page has pointed here.
 */
export function notLocal(c: Context<ApiEnv>): Refusal | null {
  const header = (name: string) => c.req.header(name);
  const host = header("host") ?? "";
  const origin = header("origin");
  const isOwnOrigin = origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
  const isForwarded = header("x-forwarded-for") !== undefined || header("forwarded") !== undefined;
  if (LOOPBACK.test(c.env?.remoteAddress ?? "") && LOOPBACK_HOST.test(host) && isOwnOrigin && !isForwarded) return null;
  return { code: "MGV_FORBIDDEN", detail: `${c.req.method} ${c.req.path} changes what serves: it is answered on the machine itself only, at http://127.0.0.1, without a proxy, or elsewhere with an API key of role admin (mangrove keys add --role admin).` };
}
