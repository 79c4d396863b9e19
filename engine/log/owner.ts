import { randomUUID } from "node:crypto";
import { link, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { MangroveError } from "../../kernel-as/errors.ts";

/** As {@link own}; null where another process has the directory. */
export async function tryOwn(directory: string): Promise<Disposable | null> {
  return own(directory).catch((thrown: unknown) => {
    if (thrown instanceof MangroveError && thrown.code === "MGV_USAGE") return null;
    throw thrown;
  });
}

/** Makes this process the only one of a directory until it ends, however it ends: DuckDB locks the files that it has open. Throws `MGV_USAGE` where another one has it. */
export async function own(directory: string): Promise<Disposable> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const path = join(directory, "owner.duckdb");
  const open = (file: string) => DuckDBInstance.create(file, { threads: "1" });
  try {
    await makeWhole(path, async (pending) => (await open(pending)).closeSync());
    const instance = await open(path);
    return { [Symbol.dispose]: () => instance.closeSync() };
  } catch (cause) {
    const { message } = cause as Error;
    const holder = /\(PID (\d+)\)/.exec(message)?.[1];
    if (holder === undefined && !message.includes("lock")) throw new MangroveError("MGV_FILE_WRITE", `The directory ${directory} cannot be used: ${message}`, { cause });
    throw new MangroveError("MGV_USAGE", `The directory ${directory} is in use by another process${holder === undefined ? "" : `, ${holder}`}: end that one, or choose another directory with --state.`, { cause });
  }
}

/** A database that a kill cut off while it was made would never be opened again, and one that is being made looks like that to others. Whoever comes first with a whole one has made it. */
async function makeWhole(path: string, make: (pending: string) => Promise<void>): Promise<void> {
  if (await stat(path).catch(() => null)) return;
  const pending = `${path}.pending-${randomUUID().slice(0, 8)}`;
  try {
    await make(pending);
    await link(pending, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
  } finally {
    await rm(pending, { force: true });
  }
}
