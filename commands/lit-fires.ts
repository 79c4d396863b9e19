import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LitFire } from "../engine/simulator/lit-fire.ts";
import { writeWhole } from "../engine/write-whole.ts";
import { MangroveError } from "../kernel-as/errors.ts";

/** In the directory of a state. */
const FILE = "fires.json";

/** Fires that were lit in the simulation of a state. Throws `MGV_FILE_READ`. */
export async function readFires(directory: string): Promise<readonly LitFire[]> {
  const path = join(directory, FILE);
  try {
    const { fires } = JSON.parse(await readFile(path, "utf8")) as { fires?: LitFire[] };
    if (!fires?.every(({ sensor, step }) => typeof sensor === "string" && Number.isSafeInteger(step))) throw new Error("it holds no list of fires");
    return fires;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new MangroveError("MGV_FILE_READ", `${path} cannot be read: ${(cause as Error).message}. The fires that were lit are in it: put it back from a copy, or begin anew with another --state.`, { cause });
  }
}

/** Resolves once they are on disk. Throws `MGV_FILE_WRITE`. */
export function writeFires(directory: string, fires: readonly LitFire[]): Promise<void> {
  return writeWhole(join(directory, FILE), `${JSON.stringify({ fires }, null, 2)}\n`);
}
