import { timingSafeEqual } from "node:crypto";
import { hashOf, type ApiKey } from "./key.ts";
import type { Role } from "./role.ts";

/** Whom a key is given to. */
export interface KeyHolder {
  readonly name: string;
  readonly role: Role;
}

/** The keys that count now. Until there was one, nobody is asked for any; from then on everybody is, also when the last one is gone: that a file vanishes opens nothing. */
export class KeyRing {
  #entries: readonly { readonly hash: Buffer; readonly holder: KeyHolder }[] = [];
  #asks = false;
  #edition = 0;

  /** Whether a key is asked for. */
  get asks(): boolean {
    return this.#asks;
  }

  /** Another number whenever keys may have changed. */
  get edition(): number {
    return this.#edition;
  }

  replace(keys: readonly ApiKey[]): void {
    this.#entries = keys.map(({ name, role, sha256 }) => ({ hash: Buffer.from(sha256, "hex"), holder: { name, role } }));
    this.#asks ||= keys.length > 0;
    this.#edition++;
  }

  /** Whose secret it is. How long that takes says nothing about the secrets: their hashes are compared, all of them, each in constant time. */
  holderOf(secret: string): KeyHolder | null {
    const hash = hashOf(secret);
    let found: KeyHolder | null = null;
    for (const entry of this.#entries) if (timingSafeEqual(entry.hash, hash)) found = entry.holder;
    return found;
  }
}
