import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { MangroveError } from "../kernel-as/errors.ts";
import { syncFolder } from "./sync-folder.ts";

/** Writes a file that is there whole, also after a power cut, or as it was before. `mode` as of chmod. Throws `MGV_FILE_WRITE`. */
export async function writeWhole(path: string, content: Uint8Array | string, { mode }: { mode?: number } = {}): Promise<void> {
  const pending = `${path}.pending`;
  try {
    await using file = await open(pending, "w", mode);
    if (mode !== undefined) await file.chmod(mode);
    await file.writeFile(content);
    await file.sync();
    await rename(pending, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    throw new MangroveError("MGV_FILE_WRITE", `Cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}
