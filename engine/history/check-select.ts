import type { DuckDBConnection } from "@duckdb/node-api";
import { MangroveError } from "../../kernel-as/errors.ts";
import { checkStrict } from "./check-strict.ts";
import { nodesOf } from "./sql-tree.ts";

/** Functions in FROM that read nothing but the query itself, or DuckDB's description of its tables. Others read files, run SQL in texts or change settings. */
const HARMLESS = new Set(["range", "generate_series", "unnest", "repeat", "repeat_row", "duckdb_columns", "duckdb_views", "duckdb_tables", "duckdb_functions", "duckdb_types", "histogram", "histogram_values"]);

/** Functions elsewhere that do more than to compute. */
const HARMFUL = new Set(["write_log"]);

/** Throws `MGV_HISTORY` unless the text is one SELECT, as DuckDB's own parser has it, of functions that change nothing and read no files; where it is strict, what {@link checkStrict} throws as well. */
export async function checkSelect(connection: DuckDBConnection, sql: string, { isStrict }: { isStrict: boolean }): Promise<void> {
  const [[text] = []] = (await connection.runAndReadAll("SELECT json_serialize_sql($1::VARCHAR, skip_null := true, skip_default := true)::VARCHAR", [sql])).getRows();
  const parsed = JSON.parse(text as string) as { error: boolean; error_type?: string; error_message?: string; statements?: unknown[] };
  if (parsed.error_type === "parser") throw new MangroveError("MGV_HISTORY", `That is no SQL: ${parsed.error_message}.`);
  if (parsed.error) throw new MangroveError("MGV_HISTORY", "Only SELECT can be asked of the history: it is read, and never changed by SQL.");
  if (parsed.statements?.length !== 1) throw new MangroveError("MGV_HISTORY", "One SELECT at a time can be asked of the history.");
  for (const { name, isTable } of functionsIn(parsed.statements)) {
    if (isTable ? !HARMLESS.has(name) : HARMFUL.has(name)) throw new MangroveError("MGV_HISTORY", `The function ${name} cannot be used on the history: nothing but its own tables is read.`);
  }
  if (isStrict) checkStrict(parsed.statements);
}

function functionsIn(tree: unknown): { name: string; isTable: boolean }[] {
  return nodesOf(tree).flatMap(({ node, isTable }) => (typeof node["function_name"] === "string" ? { name: node["function_name"].toLowerCase(), isTable } : []));
}
