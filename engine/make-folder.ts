import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { MangroveError } from "../kernel-as/errors.ts";
import { syncFolder } from "./sync-folder.ts";

/** Makes a folder, and those above it, so that they last through a power cut. Throws `MGV_FILE_WRITE`. */
export async function makeFolder(path: string): Promise<void> {
  try {
    const first = await mkdir(path, { recursive: true });
    if (first === undefined) return;
    for (let made = resolve(path); made.length >= resolve(first).length; made = dirname(made)) await syncFolder(dirname(made));
  } catch (cause) {
    throw new MangroveError("MGV_FILE_WRITE", `Cannot make the folder ${path}: ${(cause as Error).message}`, { cause });
  }
}
