import { access, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { MangroveError } from "../../kernel-as/errors.ts";
import { filesOf } from "./files.ts";
import { interruptUntilDone } from "./interrupt.ts";
import { kindNames, kinds, type Kind } from "./kinds.ts";
import { literal, quoted } from "./sql.ts";

/** How often a query begins anew because files that it was to read have been merged or deleted. */
const TRIES = 20;

export interface ReaderOptions {
  readonly directory: string;
  /** Of DuckDB. Default: one a core. */
  readonly threads?: number;
  /** What a query may take. Default: most of the machine's memory. */
  readonly memoryMiB?: number;
  /** A folder for what does not fit into the memory; without it a query that needs more fails. */
  readonly spill?: string;
  /** Nothing outside of the history can be read from then on, and no setting be changed: for SQL of others. */
  readonly isLocked?: boolean;
  /** Sentences about files that cannot be read, each once. */
  readonly tell?: (sentence: string) => void;
}

/**
 * The history as tables of DuckDB: `readings`, `predictions`, `alerts`, `analytics` and `labels`, of the files that count when a query begins. Any number of
 * processes may read beside those that write. A file that cannot be read is left out, and told.
 */
export class HistoryReader implements AsyncDisposable {
  readonly directory: string;
  /** Its views are those of the last query. */
  readonly connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;
  readonly #tell: (sentence: string) => void;
  readonly #leftOut = new Set<string>();
  /** By kind: the files of its view. */
  readonly #shown = new Map<Kind, readonly string[]>();
  #last: Promise<unknown> = Promise.resolve();

  /** A folder that is not there is an empty history. */
  static async open({ directory, threads, memoryMiB, spill = "", isLocked = false, tell = () => {} }: ReaderOptions): Promise<HistoryReader> {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const path = await realpath(directory).catch(() => directory);
    const instance = await DuckDBInstance.create(":memory:", {
      temp_directory: spill,
      autoload_known_extensions: "false",
      autoinstall_known_extensions: "false",
      ...(threads !== undefined && { threads: String(threads) }),
      ...(memoryMiB !== undefined && { memory_limit: `${memoryMiB}MiB` }),
    });
    const reader = new HistoryReader(path, instance, await instance.connect(), tell);
    try {
      await reader.connection.run("SET TimeZone = 'UTC'");
      if (isLocked) await reader.#lock();
      await reader.#show();
      return reader;
    } catch (thrown) {
      await reader[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  private constructor(directory: string, instance: DuckDBInstance, connection: DuckDBConnection, tell: (sentence: string) => void) {
    this.directory = directory;
    this.connection = connection;
    this.#instance = instance;
    this.#tell = tell;
  }

  /** All rows, as JavaScript's values: times are `Date`, BIGINT is `bigint`. One query after the other. Throws `MGV_HISTORY` with DuckDB's sentence, or the signal's reason. */
  async rows(sql: string, { signal }: { signal?: AbortSignal } = {}): Promise<Record<string, unknown>[]> {
    return this.query(async (connection) => (await connection.runAndReadAll(sql)).getRowObjectsJS(), signal);
  }

  /** What `work` makes of the files that count; it is begun anew where some of them go meanwhile. Throws as {@link rows}. */
  query<Result>(work: (connection: DuckDBConnection) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const done = this.#last.then(() => this.#tried(work, signal));
    this.#last = done.catch(() => {});
    return done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
    this.connection.closeSync();
    this.#instance.closeSync();
  }

  async #tried<Result>(work: (connection: DuckDBConnection) => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
    signal?.throwIfAborted();
    using held = new DisposableStack();
    const interrupt = () => void held.use(interruptUntilDone(this.connection));
    signal?.addEventListener("abort", interrupt);
    held.defer(() => signal?.removeEventListener("abort", interrupt));
    for (let tries = 1; ; tries++) {
      try {
        await this.#show();
        signal?.throwIfAborted();
        return await work(this.connection);
      } catch (thrown) {
        signal?.throwIfAborted();
        if (tries < TRIES && ((await this.#haveGone()) || (await this.#leaveOut(thrown)))) continue;
        throw thrown instanceof MangroveError ? thrown : new MangroveError("MGV_HISTORY", (thrown as Error).message, { cause: thrown });
      }
    }
  }

  async #lock(): Promise<void> {
    const allowed = literal(join(this.directory, "/"));
    for (const setting of [`allowed_directories = [${allowed}]`, "enable_external_access = false", "lock_configuration = true"]) await this.connection.run(`SET ${setting}`);
  }

  /** Makes the views anew where the files that count are others than before. */
  async #show(): Promise<void> {
    for (const kind of kindNames) {
      for (let tries = 1; ; tries++) {
        const paths = await this.#pathsOf(kind);
        if (this.#shown.get(kind)?.join("\n") === paths.join("\n")) break;
        this.#shown.set(kind, paths);
        try {
          await this.connection.run(`CREATE OR REPLACE VIEW ${kind} AS ${viewOf(kind, paths)}`);
          break;
        } catch (thrown) {
          if (tries < TRIES && ((await this.#haveGone()) || (await this.#leaveOut(thrown)))) continue;
          this.#shown.delete(kind);
          throw new MangroveError("MGV_HISTORY", `The ${kind} in ${this.directory} cannot be read: ${(thrown as Error).message}`, { cause: thrown });
        }
      }
    }
  }

  async #pathsOf(kind: Kind): Promise<string[]> {
    const days = await filesOf(this.directory, kind);
    return days.flatMap(({ folder, names }) => names.map((name) => join(folder, name))).filter((path) => !this.#leftOut.has(path));
  }

  /** Whether files that the views are made of are not there any more. */
  async #haveGone(): Promise<boolean> {
    for (const path of this.#paths) if (!(await isThere(path))) return true;
    return false;
  }

  /** Whether files are the reason of an error. They are not read again. */
  async #leaveOut(thrown: unknown): Promise<boolean> {
    const { message } = thrown as Error;
    const named = this.#paths.filter((path) => message.includes(path));
    const suspects = named.length > 0 || !/^(Invalid|IO) Error/.test(message) ? named : this.#paths;
    const before = this.#leftOut.size;
    for (const path of suspects) {
      const failure = await this.#failureOf(path);
      if (failure === null || !(await isThere(path))) continue;
      this.#leftOut.add(path);
      this.#tell(`${path} cannot be read and is left out (${failure.split("\n")[0]}). Move it out of the history, or put a sound copy in its place.`);
    }
    return this.#leftOut.size > before;
  }

  /** Reads all values of a file. */
  async #failureOf(path: string): Promise<string | null> {
    try {
      await this.connection.run(`SELECT bit_xor(hash(COLUMNS(*))) FROM read_parquet(${literal(path)})`);
      return null;
    } catch (thrown) {
      return (thrown as Error).message;
    }
  }

  get #paths(): string[] {
    return [...this.#shown.values()].flat();
  }
}

function viewOf(kind: Kind, paths: readonly string[]): string {
  if (paths.length > 0) return `SELECT * EXCLUDE (kind) FROM read_parquet([${paths.map(literal).join(", ")}], union_by_name = true, hive_partitioning = true, hive_types = {'kind': VARCHAR, 'date': DATE})`;
  const columns = Object.entries({ ...kinds[kind], date: "DATE" }).map(([name, type]) => `NULL::${type} AS ${quoted(name)}`);
  return `SELECT ${columns.join(", ")} WHERE false`;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}
