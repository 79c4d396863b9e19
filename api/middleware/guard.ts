import type { Context, MiddlewareHandler } from "hono";
import { allowanceHeaders } from "../access/limits.ts";
import { lookedUp, type Gate } from "../gate.ts";
import type { ApiEnv, AppOptions } from "../options.ts";
import { refuse, refuseThrown } from "../problem.ts";
import { Deadlines, tooLate } from "../deadlines.ts";
import { setSafeHeaders } from "./safe-headers.ts";

/** How long an answer may take to begin. */
const LIMIT_MS = 60_000;

/** What every request passes, in one step as each step costs every request: its answer comes in time, whatever is thrown, with headers that keep it where it belongs. */
export function guard(gate: Gate, { now, limitMs = LIMIT_MS, onError }: AppOptions): MiddlewareHandler<ApiEnv> {
  const deadlines = new Deadlines({ limitMs, now });

  return async (c, next) => {
    const entry = c.env?.entry ?? gate.enter(c.req.path, (name) => c.req.header(name), lookedUp(c.env));
    const { id, allowance } = entry;
    c.set("requestId", id);
    c.set("caller", entry.caller);
    c.set("dataHeaders", (mediaType) => gate.headers(entry, mediaType));
    if (allowance?.isAllowed === false) c.res = refuse(c, tooMany(allowance.nextInMs));
    else {
      // Hono itself turns only instances of Error into an answer.
      const answered = next().catch((thrown: unknown) => void (c.res = refuseThrown(c, thrown, onError)));
      if ((await deadlines.inTime(answered)) === tooLate) c.res = refuse(c, timedOut(c, limitMs));
    }
    const answer = c.res;
    if (answer !== c.get("whole")) {
      setSafeHeaders(answer.headers, id, gate);
      if (allowance) for (const [name, value] of Object.entries(allowanceHeaders(allowance, entry.startedMs))) answer.headers.set(name, value);
    }
    gate.leave(entry, { method: c.req.method, path: c.req.path, status: answer.status, traceId: c.get("traceId") ?? null, isAct: c.get("isAct") ?? false });
  };
}

function tooMany(nextInMs: number) {
  return { code: "MGV_RATE_LIMIT", detail: `Too many requests. The next one is taken in ${Math.max(1, Math.ceil(nextInMs / 1000))} s; the headers RateLimit and Retry-After tell.` } as const;
}

function timedOut(c: Context<ApiEnv>, limitMs: number) {
  return { code: "MGV_TIMEOUT", detail: `${c.req.method} ${c.req.path} has taken longer than ${limitMs / 1000} s. What it has begun may still come to its end.` } as const;
}
