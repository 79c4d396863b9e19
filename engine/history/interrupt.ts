import type { DuckDBConnection } from "@duckdb/node-api";

const AGAIN_MS = 50;

/** Interrupts what a connection does, until it is disposed: an interrupt that comes before DuckDB has begun a query is forgotten, and another one has to follow. */
export function interruptUntilDone(connection: DuckDBConnection): Disposable {
  connection.interrupt();
  const timer = setInterval(() => connection.interrupt(), AGAIN_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
