import { createHash } from "node:crypto";
import { z } from "zod";
import { roles, type Role } from "./role.ts";

/** Names what leaked keys are searched for by. */
const PREFIX = "mgv_";

const SECRET_BYTES = 32;

const keySchema = z.object({
  name: z.string().regex(/^[\w.@-]{1,64}$/),
  role: z.enum(roles),
  sha256: z.string().regex(/^[\da-f]{64}$/),
  created: z.iso.datetime(),
});

/** What is in a file of keys. */
export const keysSchema = z.object({ keys: z.array(keySchema) });

/**
 * A key as it is stored: by the hash of its secret. One SHA-256 is enough for that: a secret has 256 random bits, so there is nothing to guess that a slow hash, as passwords need it,
 * would protect.
 */
export type ApiKey = z.infer<typeof keySchema>;

/** A key with the secret that is to be shown once and is stored nowhere. */
export function newKey(about: { name: string; role: Role }, { nowMs, randomBytes }: { nowMs: number; randomBytes: (length: number) => Buffer }): { key: ApiKey; secret: string } {
  const secret = PREFIX + randomBytes(SECRET_BYTES).toString("base64url");
  return { key: { ...about, sha256: hashOf(secret).toString("hex"), created: new Date(nowMs).toISOString() }, secret };
}

/** Whether a key may have this name: it goes into logs, and into words of the command line. */
export function isKeyName(name: string): boolean {
  return keySchema.shape.name.safeParse(name).success;
}

export function hashOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
