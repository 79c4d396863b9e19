import type { Context } from "hono";
import { isLoopbackHost, isOwnOrigin } from "../local-only.ts";
import type { ApiEnv, AppOptions } from "../options.ts";
import type { Refusal } from "../problem.ts";

/**
 * Whether a page sends the request that is neither the service's own nor of an origin that is named. Browsers tell the origin of whatever a page sends with another method than GET and HEAD, asked for or not, and programs tell none. A page of a name
 * that it has pointed to this machine seems to be the service's own; where no other machine calls, the service has no such name.
 */
export function isForeignPage(header: (name: string) => string | undefined, { corsOrigins = [], isLocalOnly = false }: Pick<AppOptions, "corsOrigins" | "isLocalOnly">): boolean {
  const origin = header("origin");
  if (origin === undefined || corsOrigins.includes("*") || corsOrigins.includes(origin)) return false;
  const host = header("host") ?? "";
  return !isOwnOrigin(origin, host) || (isLocalOnly && !isLoopbackHost(host));
}

/** Why a foreign page may not send a request, where no key is asked for; null where it only looks: what it sees is for browsers to keep from it. */
export function refusalOfPage(c: Context<ApiEnv>): Refusal | null {
  const { method, path } = c.req;
  if (method === "GET" || method === "HEAD") return null;
  return { code: "MGV_FORBIDDEN", detail: `${method} ${path} is not answered to pages of other origins. Name the origin by --cors or MANGROVE_CORS if its pages may do what everybody may here; programs send no Origin.` };
}
