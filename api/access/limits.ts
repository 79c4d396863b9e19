import { countedAddress } from "./address.ts";
import type { Connection } from "../options.ts";
import type { Caller } from "./caller.ts";
import { RateLimit, type Allowance } from "./rate-limit.ts";

/** Keys that do not count, an address and minute, before it is told to wait instead. */
const WRONG_KEYS_PER_MINUTE = 10;

/** Counts requests: for each key, and for each address of those who have none. */
export class Limits {
  readonly #perMinute: () => number;
  readonly #wrongKeys = new RateLimit({ perMinute: WRONG_KEYS_PER_MINUTE });
  #limit = 0;
  #requests: RateLimit | null = null;

  /** `perMinute` is asked at each request; 0: as many as they like. */
  constructor(perMinute: () => number) {
    this.#perMinute = perMinute;
  }

  /** Null where nothing is counted; then no address is looked up. */
  take(caller: Caller, connection: Pick<Connection, "remoteAddress"> | undefined, nowMs: number): Allowance | null {
    if (caller.kind === "stranger" && caller.hasTried) {
      const tries = this.#wrongKeys.take(countedAddress(connection?.remoteAddress), nowMs);
      if (!tries.isAllowed) return tries;
    }
    const limit = this.#perMinute();
    if (limit !== this.#limit) {
      this.#limit = limit;
      this.#requests = limit === 0 ? null : new RateLimit({ perMinute: limit });
    }
    if (this.#requests === null) return null;
    // no address begins with a space
    return this.#requests.take(caller.kind === "holder" ? ` ${caller.holder.name}` : countedAddress(connection?.remoteAddress), nowMs);
  }
}

/** What a client is told of its allowance: by draft-ietf-httpapi-ratelimit-headers, and by the names that were usual before it. */
export function allowanceHeaders({ isAllowed, limit, remaining, fullInMs, nextInMs }: Allowance, nowMs: number): Record<string, string> {
  return {
    "RateLimit-Policy": `"default";q=${limit};w=60`,
    RateLimit: `"default";r=${remaining};t=${Math.ceil(fullInMs / 1000)}`,
    "X-RateLimit-Limit": String(limit),
    "X-RateLimit-Remaining": String(remaining),
    "X-RateLimit-Reset": String(Math.ceil((nowMs + fullInMs) / 1000)),
    ...(!isAllowed && { "Retry-After": String(Math.max(1, Math.ceil(nextInMs / 1000))) }),
  };
}
