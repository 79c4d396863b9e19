import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { MangroveError } from "../kernel-as/errors.ts";
import type { ManifestFile } from "../trainer/manifest.ts";

/** The SHA-256 of a file, in hex. Throws `MGV_FILE_READ`. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  } catch (cause) {
    throw new MangroveError("MGV_FILE_READ", `Cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
  return hash.digest("hex");
}

/** A file as a manifest names it. Throws `MGV_FILE_READ`. */
export async function manifestFile(path: string, name: string): Promise<ManifestFile> {
  const hash = await sha256(path);
  return { name, sizeBytes: (await stat(path)).size, sha256: hash };
}
