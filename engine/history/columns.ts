import type { DuckDBConnection } from "@duckdb/node-api";

/** What a query finds, as columns of some thousand rows at a time, NULL as null. No more is held than DuckDB itself does. */
export async function* columnsOf(connection: DuckDBConnection, sql: string): AsyncGenerator<readonly (readonly unknown[])[]> {
  const result = await connection.stream(sql);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) yield chunk.getColumns();
}
