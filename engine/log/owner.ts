import { join } from "node:path";
import { MangroveError } from "../../kernel-as/errors.ts";

/** Makes this process the only one of a directory until it ends, however it ends: DuckDB locks the files that it has open. Throws `MGV_USAGE` where another one has it. */
export async function own(directory: string): Promise<Disposable> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  try {
    const instance = await DuckDBInstance.create(join(directory, "owner.duckdb"), { threads: "1" });
    return { [Symbol.dispose]: () => instance.closeSync() };
  } catch (cause) {
    const { message } = cause as Error;
    const holder = /\(PID (\d+)\)/.exec(message)?.[1];
    if (holder === undefined && !message.includes("lock")) throw new MangroveError("MGV_FILE_WRITE", `The directory ${directory} cannot be used: ${message}`, { cause });
    throw new MangroveError("MGV_USAGE", `The directory ${directory} is in use by another process${holder === undefined ? "" : `, ${holder}`}: end that one, or choose another directory with --state.`, { cause });
  }
}
