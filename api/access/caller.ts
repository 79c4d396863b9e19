import type { Context } from "hono";
import { notLocal } from "../local-only.ts";
import type { ApiEnv, AppOptions } from "../options.ts";
import type { Refusal } from "../problem.ts";
import { isForeignPage, refusalOfPage } from "./foreign-page.ts";
import type { KeyHolder } from "./key-ring.ts";
import { covers, type Role } from "./role.ts";

/** Who sends a request: whoever holds a key; where none is asked for anybody, or a page of another origin; or somebody who has none that counts. */
export type Caller = { readonly kind: "holder"; readonly holder: KeyHolder } | { readonly kind: "anybody" } | { readonly kind: "page" } | { readonly kind: "stranger"; readonly hasTried: boolean };

const ANYBODY: Caller = { kind: "anybody" };
const FOREIGN_PAGE: Caller = { kind: "page" };
const WITHOUT_KEY: Caller = { kind: "stranger", hasTried: false };
const WITH_WRONG_KEY: Caller = { kind: "stranger", hasTried: true };

const BEARER = /^Bearer +(\S+) *$/i;

/** By `Authorization: Bearer KEY`, else by `X-API-Key: KEY`; undefined where a request brings no key. */
function secretOf(header: (name: string) => string | undefined): string | undefined {
  const authorization = header("authorization");
  return authorization === undefined ? header("x-api-key") : (BEARER.exec(authorization)?.[1] ?? "");
}

/** By its key, where one is asked for. */
export function callerOf(options: Pick<AppOptions, "keys" | "corsOrigins" | "isLocalOnly">, header: (name: string) => string | undefined): Caller {
  const { keys } = options;
  if (!keys?.asks) return isForeignPage(header, options) ? FOREIGN_PAGE : ANYBODY;
  const secret = secretOf(header);
  if (secret === undefined) return WITHOUT_KEY;
  const holder = keys.holderOf(secret);
  return holder === null ? WITH_WRONG_KEY : { kind: "holder", holder };
}

/** For answers that go on for long: whether who has sent the request and was let in would be let in now. To be asked again and again: the key is looked at only where keys have changed. */
export function stillMay({ keys }: Pick<AppOptions, "keys">, header: (name: string) => string | undefined, role: Role): () => boolean {
  const secret = secretOf(header);
  let edition = keys?.edition;
  let may = true;
  return () => {
    if (!keys || keys.edition === edition) return may;
    edition = keys.edition;
    const holder = secret === undefined ? null : keys.holderOf(secret);
    return (may = !keys.asks || (holder !== null && covers(holder.role, role)));
  };
}

/** Why the caller may not have what asks for a role; null where it may. Where no key is asked for, changes are this machine's own. */
export function refusalOf(c: Context<ApiEnv>, role: Role): Refusal | null {
  const caller = c.get("caller");
  if (caller.kind === "anybody" || caller.kind === "page") {
    if (role === "admin") return notLocal(c);
    return caller.kind === "page" ? refusalOfPage(c) : null;
  }
  if (caller.kind === "stranger") {
    c.header("WWW-Authenticate", caller.hasTried ? 'Bearer realm="mangrove", error="invalid_token"' : 'Bearer realm="mangrove"');
    const said = caller.hasTried ? "There is no such API key, or not any more." : "An API key is asked for here.";
    return { code: "MGV_UNAUTHORIZED", detail: `${said} Send one as Authorization: Bearer KEY; mangrove keys add makes one.` };
  }
  const { name, role: held } = caller.holder;
  if (covers(held, role)) return null;
  return { code: "MGV_FORBIDDEN", detail: `${c.req.method} ${c.req.path} asks for a key of role ${role}; ${name} has the role ${held}.` };
}

/** Who that is, for logs: the name of a key, else where the request comes from. */
export function nameOf(caller: Caller, address: string | undefined): string {
  return caller.kind === "holder" ? `key ${caller.holder.name}` : (address ?? "unknown");
}
