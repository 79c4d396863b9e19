import type { DuckDBConnection } from "@duckdb/node-api";
import type { ArrayTables } from "./array-tables.ts";
import { kindNames } from "./kinds.ts";

/** DuckDB in memory, to write Parquet by. */
export interface HistoryDatabase {
  /** One for each kind, which are written side by side. */
  readonly connections: readonly DuckDBConnection[];
  readonly arrays: ArrayTables;
  close(): void;
}

export async function openDatabase(): Promise<HistoryDatabase> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const { ArrayTables } = await import("./array-tables.ts");
  // a query runs on the thread that it is started on, and those of the other connection on another
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connections = await Promise.all(kindNames.map(() => instance.connect()));
  const arrays = new ArrayTables(connections[0]!);
  const close = () => {
    for (const connection of connections) connection.closeSync();
    instance.closeSync();
  };
  return { connections, arrays, close };
}
