import { callerOf, nameOf, type Caller } from "./access/caller.ts";
import { allowanceHeaders, Limits } from "./access/limits.ts";
import { covers, type Role } from "./access/role.ts";
import type { Allowance } from "./access/rate-limit.ts";
import { dataHeaders } from "./middleware/safe-headers.ts";
import type { AnsweredRequest, AppOptions, Connection } from "./options.ts";

/** An id that a client may choose: it goes into logs and headers. */
const SANE_ID = /^[\w.:=+-]{1,64}$/;

/** What orchestrators and supervisors ask for, and is counted for nobody: whoever floods the service from their address must not have it taken for dead. */
const PROBES: ReadonlySet<string> = new Set(["/livez", "/readyz", "/v2/health/live", "/v2/health/ready"]);

/** A request that has come in. */
export interface Entry {
  readonly id: string;
  readonly startedMs: number;
  readonly caller: Caller;
  readonly connection: Connection | undefined;
  /** Null where nothing is counted. */
  readonly allowance: Allowance | null;
}

/** Where every request comes in and its answer goes out: it has an id, a caller and an allowance, and is told of afterwards. */
export class Gate {
  readonly isShared: boolean;
  readonly #options: AppOptions;
  readonly #limits: Limits;

  constructor(options: AppOptions) {
    this.#options = options;
    this.#limits = new Limits(options.rateLimit ?? (() => 0));
    this.isShared = (options.corsOrigins ?? []).length > 0;
  }

  /** An address that nobody asks for is not looked up: on some servers that costs more than it should. */
  enter(path: string, header: (name: string) => string | undefined, connection: Connection | undefined): Entry {
    const { now, onRequest, newId = () => crypto.randomUUID() } = this.#options;
    const startedMs = now();
    const given = header("x-request-id");
    const id = given !== undefined && SANE_ID.test(given) ? given : newId();
    const caller = callerOf(this.#options, header);
    return { id, startedMs, caller, connection: onRequest ? lookedUp(connection) : connection, allowance: PROBES.has(path) ? null : this.#limits.take(caller, connection, startedMs) };
  }

  /** Whether it is answered as asked, whatever it asks, where that is not for admins. */
  isAdmitted({ caller, allowance }: Entry, role: Exclude<Role, "admin">): boolean {
    if (allowance?.isAllowed === false) return false;
    return caller.kind === "anybody" || (caller.kind === "holder" && covers(caller.holder.role, role));
  }

  /** All headers of its answer, where that is data. */
  headers({ id, allowance, startedMs }: Entry, mediaType: string): Record<string, string> {
    const headers = dataHeaders(mediaType, id, this);
    return allowance ? { ...headers, ...allowanceHeaders(allowance, startedMs) } : headers;
  }

  /** Tells of its answer. `isAct`: it was to change what serves. */
  leave({ id, caller, connection, startedMs }: Entry, { isAct, ...answered }: Pick<AnsweredRequest, "method" | "path" | "status" | "traceId"> & { readonly isAct: boolean }): void {
    const { now, onRequest, audit } = this.#options;
    if (!onRequest && !isAct) return;
    const about = { id, by: nameOf(caller, connection?.remoteAddress), tookMs: now() - startedMs, ...answered };
    onRequest?.(about);
    if (isAct) audit?.(about);
  }
}

/** A connection that may end before it is told of. */
export function lookedUp(connection: Connection | undefined): Connection {
  return { remoteAddress: connection?.remoteAddress };
}
