import type { DuckDBConnection } from "@duckdb/node-api";

/** DuckDB in memory, to write Parquet by. */
export interface HistoryDatabase {
  /** One for each kind, which are written side by side. */
  readonly connections: readonly DuckDBConnection[];
  close(): void;
}

export async function openDatabase(): Promise<HistoryDatabase> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connections = [await instance.connect(), await instance.connect()];
  const close = () => {
    for (const connection of connections) connection.closeSync();
    instance.closeSync();
  };
  return { connections, close };
}
