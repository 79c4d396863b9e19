import { createHash } from "node:crypto";

/** What a model is called by: the first 12 digits of the SHA-256 of its file, so the same content is the same version. */
export function versionOf(file: Uint8Array): string {
  return createHash("sha256").update(file).digest("hex").slice(0, 12);
}
